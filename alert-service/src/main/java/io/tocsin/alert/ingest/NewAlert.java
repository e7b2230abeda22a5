package io.tocsin.alert.ingest;

import static java.util.Objects.requireNonNull;

import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An alert as any door hands it in: checked, complete, its machine known.
///
/// @param source with `sourceRef` its identity for good
/// @param firstEventTime null when the source does not say, as `lastEventTime` then: a new alert is of the moment it
///     comes, one that is known stays of its time
/// @param version how new the source calls what it says, or null when it does not say
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
        WireTime version,
        KnownMachine machine,
        List<String> mitreTechniques,
        List<Evidence> evidence) {

    public NewAlert {
        requireNonNull(source);
        requireNonNull(sourceRef);
        requireNonNull(title);
        mitreTechniques = List.copyOf(mitreTechniques);
        evidence = List.copyOf(evidence);
    }

    /// How many characters it holds where that may be many.
    int length() {
        int length = title.length()
                + (description == null ? 0 : description.length())
                + (recommendedAction == null ? 0 : recommendedAction.length());
        for (Evidence entity : evidence) {
            length += entity.length();
        }
        return length;
    }

    /// An alert of Tocsin's own, which always says the newest.
    public NewAlert(
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
        this(
                source,
                sourceRef,
                severity,
                detectionSource,
                detectorId,
                category,
                threatFamilyName,
                threatName,
                title,
                description,
                recommendedAction,
                firstEventTime,
                lastEventTime,
                null,
                machine,
                mitreTechniques,
                evidence);
    }

    NewAlert on(KnownMachine known) {
        return new NewAlert(
                source,
                sourceRef,
                severity,
                detectionSource,
                detectorId,
                category,
                threatFamilyName,
                threatName,
                title,
                description,
                recommendedAction,
                firstEventTime,
                lastEventTime,
                version,
                known,
                mitreTechniques,
                evidence);
    }
}
