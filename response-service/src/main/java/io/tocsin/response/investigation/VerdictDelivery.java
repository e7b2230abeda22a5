package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.outbox.OutboxDelivery;
import io.tocsin.outbox.OutboxMessage;
import io.tocsin.outbox.OutboxRefusedException;
import io.tocsin.response.client.indicator.IndicatorClient;
import io.tocsin.response.client.indicator.NewIndicator;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Has indicator-service tell the whole fleet of a malicious file, by an indicator that expires, and of what
/// [NetworkBlocks] says.
@ApplicationScoped
class VerdictDelivery implements OutboxDelivery {

    static final String DESTINATION = "indicator-service";
    static final String KIND = "share-verdict";

    private static final int LONGEST = 1_000;
    private static final int LONGEST_NAME = 255;
    private static final long DAY = 24 * 60 * 60;

    /// What will not be answered otherwise another time: not 401 and 403, since a permission that is missing is
    /// granted.
    private static final Set<Integer> FOR_GOOD = Set.of(400, 405, 409, 413, 415, 422);

    private final IndicatorClient indicators;
    private final NetworkBlocks blocks;
    private final SharedVerdicts shared;

    VerdictDelivery(@RestClient IndicatorClient indicators, NetworkBlocks blocks, SharedVerdicts shared) {
        this.indicators = indicators;
        this.blocks = blocks;
        this.shared = shared;
    }

    /// What the call needs: the verdict is as it was when it was shared.
    static ObjectNode payload(long investigation, Evidence.Found found, Verdict verdict, int days) {
        String reasons = String.join("; ", verdict.reasons());
        return JsonNodeFactory.instance
                .objectNode()
                .put("investigationId", investigation)
                .put("sha1", found.value())
                .put("fileName", cut(found.fileName(), LONGEST_NAME))
                .put("reasons", cut(reasons, LONGEST))
                .put("until", WireTime.now().plusSeconds(days * DAY).toString());
    }

    /// A call has a bound, and names have none.
    private static String cut(String text, int longest) {
        return text == null ? null : text.substring(0, Math.min(longest, text.length()));
    }

    @Override
    public String destination() {
        return DESTINATION;
    }

    @Override
    public Runnable deliver(OutboxMessage message) {
        return switch (message.kind()) {
            case NetworkBlocks.BLOCK -> blocks.block(message);
            case NetworkBlocks.UNBLOCK -> blocks.unblock(message);
            case SharedVerdicts.UNSHARE -> unshare(message);
            default -> share(message);
        };
    }

    private Runnable unshare(OutboxMessage message) {
        record Standing(boolean onItsWay, Optional<String> indicator, boolean othersToo) {}
        Standing it = QuarkusTransaction.requiringNew().call(() -> {
            Optional<String> indicator = shared.indicator(message.tenant(), message.subject());
            return new Standing(
                    shared.isOnItsWay(message.tenant(), message.subject()),
                    indicator,
                    indicator
                            .map(id -> shared.isOthersToo(message.tenant(), message.subject(), id))
                            .orElse(false));
        });
        if (it.onItsWay()) {
            throw new IllegalStateException("the indicator is not there yet");
        }
        if (it.indicator().isEmpty()) {
            return () -> {};
        }
        if (it.othersToo()) {
            return () -> shared.unshared(message.tenant(), message.subject());
        }
        try {
            indicators.delete(message.tenant(), it.indicator().get());
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            if (status == 403 || FOR_GOOD.contains(status)) {
                String why = "indicator-service answered " + status;
                QuarkusTransaction.requiringNew()
                        .run(() -> shared.notTakenBack(message.tenant(), message.subject(), why));
                throw new OutboxRefusedException(why);
            }
            if (status != 404) { // it has expired, or somebody was faster
                throw new IllegalStateException("indicator-service answered " + status);
            }
        }
        return () -> shared.unshared(message.tenant(), message.subject());
    }

    /// How the title of an investigation's indicator begins.
    static String title(String investigation) {
        return "Malicious by investigation " + investigation;
    }

    private Runnable share(OutboxMessage message) {
        JsonNode it = message.payload();
        String name = it.path("fileName").asText("");
        var indicator = new NewIndicator(
                it.path("sha1").asText(),
                "FileSha1",
                "BlockAndRemediate",
                title(it.path("investigationId").asText()) + (name.isEmpty() ? "" : ": " + name),
                it.path("reasons").asText(),
                "High",
                it.path("until").asText(),
                true,
                "Investigation " + it.path("investigationId").asText());
        try {
            String id = indicators
                    .submit(message.tenant(), message.id().toString(), indicator)
                    .id();
            return () -> shared.shared(
                    message.tenant(),
                    it.path("investigationId").asLong(),
                    it.path("sha1").asText(),
                    id);
        } catch (WebApplicationException answered) {
            int status = answered.getResponse().getStatus();
            if (FOR_GOOD.contains(status)) {
                throw new OutboxRefusedException("indicator-service answered " + status);
            }
            throw new IllegalStateException("indicator-service answered " + status);
        }
    }
}
