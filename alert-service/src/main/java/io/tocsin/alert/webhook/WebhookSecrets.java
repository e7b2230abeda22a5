package io.tocsin.alert.webhook;

import io.tocsin.secret.Secrets;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// What deliveries are signed with, sealed at rest (docs/adr/023).
@ApplicationScoped
class WebhookSecrets {

    private static final String PURPOSE = "webhook";

    private final Secrets secrets;

    WebhookSecrets(Secrets secrets) {
        this.secrets = secrets;
    }

    byte[] seal(UUID tenant, UUID webhook, byte[] secret) {
        return secrets.seal(tenant, PURPOSE, webhook.toString(), secret);
    }

    /// Those that count now: the newest, and the one before while it still does.
    List<byte[]> of(Webhook webhook) {
        var counting = new ArrayList<byte[]>();
        counting.add(open(webhook, webhook.secret()));
        if (webhook.previousSecret() != null
                && webhook.previousUntil().ticks() > WireTime.now().ticks()) {
            counting.add(open(webhook, webhook.previousSecret()));
        }
        return counting;
    }

    private byte[] open(Webhook webhook, byte[] sealed) {
        return secrets.open(webhook.tenant(), PURPOSE, webhook.id().toString(), sealed);
    }
}
