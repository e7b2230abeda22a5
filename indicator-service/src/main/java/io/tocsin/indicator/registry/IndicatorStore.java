package io.tocsin.indicator.registry;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.index.IndicatorIndex;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Stores and removes indicators within the transaction of another feature.
@ApplicationScoped
public class IndicatorStore {

    private final IndicatorBatch batch;
    private final IndicatorRepository indicators;
    private final Audit audit;
    private final IndicatorIndex index;
    private final WarningRepository warnings;

    IndicatorStore(
            IndicatorBatch batch,
            IndicatorRepository indicators,
            Audit audit,
            IndicatorIndex index,
            WarningRepository warnings) {
        this.batch = batch;
        this.indicators = indicators;
        this.audit = audit;
        this.index = index;
        this.warnings = warnings;
    }

    /// The ids, in the order of the requests; what is there just so is left alone.
    ///
    /// @throws ProblemException when one is refused; then none is stored
    public List<Long> store(Caller caller, List<SubmitIndicatorRequest> requests) {
        WireTime now = WireTime.now();
        Warnings listed = warnings.warnings(caller.tenant());
        List<CheckedIndicator> checked = requests.stream()
                .map(request -> CheckedIndicator.of(request, now, CheckedIndicator.Form.OWN)
                        .heeding(listed, false))
                .toList();
        var order = new IndicatorBatch.Order(caller, audit.origin(caller.name()), true);
        return batch.store(order, checked).stream()
                .map(outcome -> switch (outcome) {
                    case Outcome.Stored stored -> stored.id();
                    case Outcome.Refused refused -> throw refused.problem();
                })
                .toList();
    }

    /// Those that are there.
    public void remove(Caller caller, Collection<Long> ids) {
        List<IndicatorEntity> deleted = indicators.deleteAll(caller.tenant(), IndicatorService.owner(caller), ids);
        var details = new LinkedHashMap<String, Map<String, Object>>();
        deleted.forEach(it -> details.put(Long.toString(it.id), new IndicatorChange(it, null).detail()));
        audit.recordEach(caller.tenant(), caller.name(), "indicator.delete", details);
        index.willChange(deleted.stream()
                .map(it -> new IndicatorChange(it, null).forIndex())
                .toList());
    }
}
