package io.tocsin.indicator.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/// Stores some lines of an import and how far it has come, both or neither.
@ApplicationScoped
class ImportChunk {

    private final IndicatorBatch batch;
    private final IndicatorBatches batches;
    private final ImportProgress progress;

    ImportChunk(IndicatorBatch batch, IndicatorBatches batches, ImportProgress progress) {
        this.batch = batch;
        this.batches = batches;
        this.progress = progress;
    }

    /// @param id of the import, null when it has none
    /// @param refused lines of the chunk that were refused before
    record Place(String id, long from, long to, long refused, boolean last) {}

    /// @throws io.tocsin.wire.ProblemException 409 when somebody else has moved on meanwhile: nothing is stored then
    List<Outcome> store(IndicatorBatch.Order order, Place place, List<CheckedIndicator> items) {
        if (place.id() == null) {
            return batches.store(order, items);
        }
        try {
            return together(order, place, items);
        } catch (RuntimeException failed) {
            List<Outcome> outcomes = batches.storeEach(
                    order, items, () -> progress.hold(order.caller().tenant(), place.id(), place.from()));
            move(order, place, outcomes);
            return outcomes;
        }
    }

    @Transactional
    List<Outcome> together(IndicatorBatch.Order order, Place place, List<CheckedIndicator> items) {
        progress.hold(order.caller().tenant(), place.id(), place.from());
        List<Outcome> outcomes = items.isEmpty() ? List.of() : batch.store(order, items);
        move(order, place, outcomes);
        return outcomes;
    }

    @Transactional
    void move(IndicatorBatch.Order order, Place place, List<Outcome> outcomes) {
        var counts = new ImportCounts();
        counts.refused = place.refused();
        outcomes.forEach(counts::count);
        progress.move(order.caller().tenant(), place.id(), place.from(), place.to(), counts, place.last());
    }
}
