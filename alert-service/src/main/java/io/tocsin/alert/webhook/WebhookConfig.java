package io.tocsin.alert.webhook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How changes are sent to webhooks, and where to.
@ConfigMapping(prefix = "tocsin.webhooks")
interface WebhookConfig {

    /// Host names, addresses and ranges (`10.20.0.0/16`) that targets may be in although they are private. Of all
    /// others a target's addresses must be public, every one of them.
    Optional<List<String>> allowed();

    /// Whether targets may be `http`; then what is sent can be read and changed on its way.
    @WithDefault("false")
    boolean allowHttp();

    /// How long a target may take for an answer.
    @WithDefault("10s")
    Duration timeout();

    /// The pause after the first failure; it doubles with each.
    @WithDefault("1s")
    Duration firstDelay();

    /// Where it stops to double; no longer is waited either when a target asks for it by `Retry-After`.
    @WithDefault("10m")
    Duration longestDelay();

    /// A webhook that has only failed for this long is suspended.
    @WithDefault("24h")
    Duration suspendAfter();

    /// How often a change is sent that the target refuses, before it becomes a dead letter.
    @WithDefault("3")
    int refusals();

    /// Dead letters of a webhook; with one more it is suspended.
    @WithDefault("1000")
    int deadLetters();

    /// How long the secret before goes on signing after a rotation, unless the request says otherwise.
    @WithDefault("24h")
    Duration overlap();

    /// Webhooks a replica works on at once.
    @WithDefault("64")
    int atOnce();

    /// Of these, webhooks of one tenant.
    @WithDefault("8")
    int atOncePerTenant();

    /// Webhooks a tenant may have.
    @WithDefault("50")
    int perTenant();

    /// The pause between two looks for something to send; at least 100 ms.
    @WithDefault("250ms")
    Duration pause();

    /// How long whoever sends has for a step, before another replica takes over: more than `timeout`.
    @WithDefault("60s")
    Duration claim();
}
