package io.tocsin.indicator.taxii;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.indicator.registry.ListImport;
import io.tocsin.indicator.registry.SubmitIndicatorRequest;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// What objects of STIX others have fetched ask for.
@ApplicationScoped
public class StixReader {

    private final StixObject stix;

    StixReader(StixObject stix) {
        this.stix = stix;
    }

    /// A submission for each value of an indicator; none of what is another object or was revoked.
    public List<ListImport.Entry> read(JsonNode object) {
        if (!"indicator".equals(object.path("type").asText())
                || object.path("revoked").asBoolean()) {
            return List.of();
        }
        try {
            return stix.read(object, null).stream()
                    .map(it -> ListImport.Entry.of(named(object, it)))
                    .toList();
        } catch (ProblemException refused) {
            return List.of(ListImport.Entry.refused(refused.getMessage()));
        }
    }

    /// Whether it takes back what an earlier version of it said.
    public boolean isGone(JsonNode object) {
        return "indicator".equals(object.path("type").asText()) && StixObject.isGone(object);
    }

    /// Whether it has to be read again, when its time has come.
    public boolean isToCome(JsonNode object) {
        try {
            return "indicator".equals(object.path("type").asText())
                    && !object.path("revoked").asBoolean()
                    && StixObject.isToCome(object);
        } catch (ProblemException refused) {
            return false; // nor will it be another time
        }
    }

    /// Its identifier is the external one, so that what is revoked is found.
    private static SubmitIndicatorRequest named(JsonNode object, SubmitIndicatorRequest it) {
        return new SubmitIndicatorRequest(
                it.indicatorValue(),
                it.indicatorType(),
                it.action(),
                it.title(),
                it.description(),
                it.severity(),
                it.application(),
                it.expirationTime(),
                it.recommendedActions(),
                it.rbacGroupNames(),
                it.rbacGroupIds(),
                it.generateAlert(),
                it.educateUrl(),
                it.bypassDurationHours(),
                object.path("id").asText(),
                it.category(),
                it.mitreTechniques());
    }
}
