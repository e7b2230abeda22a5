package io.tocsin.alert.ingest;

import static java.util.Objects.requireNonNull;

import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An alert as any door hands it in: checked, complete, its machine known.
///
/// @param source with `sourceRef` its identity for good
public record NewAlert(
        String source,
        String sourceRef,
        String severity,
        String detectionSource,
        String detectorId,
        String category,
        String threatFamilyName,
        String threatName,
        String title,
        String description,
        String recommendedAction,
        WireTime firstEventTime,
        WireTime lastEventTime,
        KnownMachine machine,
        List<String> mitreTechniques,
        List<Evidence> evidence) {

    public NewAlert {
        requireNonNull(source);
        requireNonNull(sourceRef);
        requireNonNull(title);
        requireNonNull(firstEventTime);
        requireNonNull(lastEventTime);
        mitreTechniques = List.copyOf(mitreTechniques);
        evidence = List.copyOf(evidence);
    }
}
