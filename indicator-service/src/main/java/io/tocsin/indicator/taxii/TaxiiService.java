package io.tocsin.indicator.taxii;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.registry.IndicatorStore;
import io.tocsin.indicator.registry.SubmitIndicatorRequest;
import io.tocsin.indicator.sighting.IndicatorSightings;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Reads and stores objects, each POST in one transaction.
@ApplicationScoped
class TaxiiService {

    private static final int MOST_OBJECTS = 1_000;
    private static final int LARGEST_OBJECT = 256 * 1024;
    private static final int LONGEST_TOLD = 128;
    private static final int MOST_SIGHTINGS = 100_000;

    private final StixRepository rows;
    private final StixObject stix;
    private final IndicatorStore store;
    private final ObjectMapper json;
    private final TransactionSynchronizationRegistry transactions;
    private final IndicatorSightings sightings;
    private final TaxiiConfig config;

    TaxiiService(
            StixRepository rows,
            StixObject stix,
            IndicatorStore store,
            ObjectMapper json,
            TransactionSynchronizationRegistry transactions,
            IndicatorSightings sightings,
            TaxiiConfig config) {
        this.rows = rows;
        this.stix = stix;
        this.store = store;
        this.json = json;
        this.transactions = transactions;
        this.sightings = sightings;
        this.config = config;
    }

    /// @param added when it was last stored
    record Found(ObjectNode object, WireTime added, long id) {

        String version() {
            return object.path("modified").asText();
        }
    }

    @Transactional
    Stream<TaxiiCollection> collections(UUID tenant) {
        return TaxiiCollection.all(rows.groups(tenant));
    }

    /// @throws ProblemException 404
    @Transactional
    TaxiiCollection collection(UUID tenant, String id) {
        return TaxiiCollection.all(List.of())
                .filter(it -> it.isCalled(tenant, id))
                .findFirst()
                .or(() -> collections(tenant)
                        .filter(it -> it.isCalled(tenant, id))
                        .findFirst())
                .orElseThrow(() ->
                        new ProblemException(IndicatorProblem.COLLECTION_NOT_FOUND, "There is no collection " + id));
    }

    @Transactional
    List<Found> page(UUID tenant, TaxiiCollection collection, TaxiiFilter filter, int most) {
        if (filter.leavesOut(collection.isOfSightings() ? "sighting" : "indicator")) {
            return List.of();
        }
        if (collection.isOfSightings()) {
            return sightings(tenant, filter, most);
        }
        if (filter.ids().isEmpty()) {
            long settled = rows.settled(config.settling());
            return rows.page(tenant, collection, filter.ticks(), filter.id(), settled, most).stream()
                    .map(row -> found(tenant, row))
                    .toList();
        }
        return filter.ids().stream()
                .flatMap(id -> rows.find(tenant, collection, id).stream())
                .map(row -> found(tenant, row))
                .filter(it -> filter.isBehind(it.added(), it.id()))
                .sorted(java.util.Comparator.comparing(Found::added).thenComparing(Found::id))
                .limit(most)
                .toList();
    }

    /// By their ids: gone through, as sightings have none of their own.
    private List<Found> sightings(UUID tenant, TaxiiFilter filter, int most) {
        return sightings
                .totals(tenant, filter.ticks(), filter.id(), filter.ids().isEmpty() ? most : MOST_SIGHTINGS)
                .stream()
                .map(it -> new Found(
                        stix.sighting(tenant, it),
                        it.changed(),
                        Long.parseLong(it.indicator().id())))
                .filter(it -> filter.ids().isEmpty()
                        || filter.ids().contains(it.object().path("id").asText()))
                .limit(most)
                .toList();
    }

    private Found found(UUID tenant, StixRepository.Row row) {
        return new Found(
                stix.of(tenant, row.indicator(), row.sent(), row.asSent()),
                row.changed(),
                Long.parseLong(row.indicator().id()));
    }

    /// Stores what can be stored and says of each object what became of it.
    @Transactional
    TaxiiView.Status store(Caller caller, TaxiiCollection collection, JsonNode envelope) {
        if (collection.action() == null) {
            throw new ProblemException(CommonProblem.FORBIDDEN, "Nothing can be sent to this collection");
        }
        JsonNode objects = envelope.path("objects");
        if (!objects.isArray()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "An envelope has objects");
        }
        BatchBound.check(objects.size(), MOST_OBJECTS, "objects");
        var successes = new ArrayList<TaxiiView.Item>();
        var failures = new ArrayList<TaxiiView.Item>();
        for (JsonNode object : objects) {
            String id = told(object, "id");
            String version = told(object, "modified");
            try {
                store(caller, collection, object, id);
                successes.add(new TaxiiView.Item(id, version, null));
            } catch (ProblemException refused) {
                if (transactions.getRollbackOnly()) {
                    throw refused; // the tenant is full: nothing of the request can be stored
                }
                failures.add(new TaxiiView.Item(id, version, refused.getMessage()));
            }
        }
        var status = new TaxiiView.Status(
                UUID.randomUUID().toString(),
                "complete",
                StixObject.time(WireTime.now()),
                objects.size(),
                successes.size(),
                successes,
                failures.size(),
                failures,
                0,
                List.of());
        rows.keepStatus(caller.tenant(), status, text(status));
        return status;
    }

    /// What a status says of an object: short, and nothing the database cannot hold.
    private static String told(JsonNode object, String property) {
        String text = object.path(property).asText("").replace('\0', '?');
        return text.substring(0, Math.min(text.length(), LONGEST_TOLD));
    }

    private void store(Caller caller, TaxiiCollection collection, JsonNode object, String id) {
        if (object.toString().length() > LARGEST_OBJECT || object.toString().contains("\\u0000")) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "The object is too large or holds a NUL");
        }
        UUID tenant = caller.tenant();
        if (rows.held(tenant, id)
                .filter(it -> StixObject.modified(it).compareTo(StixObject.modified(object)) > 0)
                .isPresent()) {
            return; // what was sent late must not undo what is known since
        }
        List<Long> before = rows.indicators(tenant, id);
        if (object.path("revoked").asBoolean() || !before.isEmpty() && StixObject.isGone(object)) {
            store.remove(caller, before);
            return;
        }
        List<SubmitIndicatorRequest> requests = stix.read(object, collection.action());
        List<Long> stored = store.store(caller, requests).stream().distinct().toList();
        List<Long> gone = before.stream().filter(old -> !stored.contains(old)).toList();
        if (!gone.isEmpty()) {
            store.remove(caller, gone); // a newer version of the object no longer speaks of them
        }
        rows.keep(tenant, id, stored, (ObjectNode) object);
    }

    private String text(TaxiiView.Status status) {
        try {
            return json.writeValueAsString(status);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Transactional
    TaxiiView.Status status(UUID tenant, UUID id) {
        return rows.status(tenant, id)
                .orElseThrow(
                        () -> new ProblemException(IndicatorProblem.COLLECTION_NOT_FOUND, "There is no status " + id));
    }

    /// @throws ProblemException 404 when there is none
    @Transactional
    void delete(Caller caller, TaxiiCollection collection, String stixId) {
        if (collection.isOfSightings()
                || rows.find(caller.tenant(), collection, stixId).isEmpty()) {
            throw new ProblemException(IndicatorProblem.INDICATOR_NOT_FOUND, "There is no object " + stixId);
        }
        store.remove(caller, rows.indicators(caller.tenant(), stixId));
    }
}
