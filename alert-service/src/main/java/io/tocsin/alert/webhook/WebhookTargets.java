package io.tocsin.alert.webhook;

import io.tocsin.outbound.Targets;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/// Where may be sent to.
@ApplicationScoped
class WebhookTargets {

    private final Targets targets;

    @Inject
    WebhookTargets(WebhookConfig config) {
        this(config.allowHttp(), config.allowed().orElse(List.of()));
    }

    WebhookTargets(boolean allowHttp, List<String> allowed) {
        this.targets = new Targets(allowHttp, allowed);
    }

    /// Whether an address has the form of a target, in words of the request otherwise.
    ///
    /// @throws ProblemException `InvalidInput`
    String check(String url) {
        return targets.check(url);
    }

    /// What says where to connect to, now.
    Targets allowed() {
        return targets;
    }
}
