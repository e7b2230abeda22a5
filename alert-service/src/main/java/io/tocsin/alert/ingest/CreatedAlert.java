package io.tocsin.alert.ingest;

import io.tocsin.alert.triage.AlertView;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.UUID;

/// The Alert entity of an alert that was made a moment ago, as `/api/alerts` would answer it: all of it is
/// known without asking the database.
final class CreatedAlert {

    private CreatedAlert() {}

    static AlertView view(UUID tenant, Outcome.Stored stored) {
        NewAlert alert = stored.alert();
        WireTime at = stored.at();
        AlertContent content = AlertContent.of(alert).at(at.ticks());
        return new AlertView(
                stored.id(),
                null,
                null,
                null,
                alert.severity(),
                "New",
                null,
                null,
                null,
                alert.detectionSource(),
                alert.detectorId(),
                alert.category(),
                alert.threatFamilyName(),
                alert.title(),
                alert.description(),
                at,
                new WireTime(content.firstEventTicks()),
                new WireTime(content.lastEventTicks()),
                at,
                null,
                content.machineId(),
                content.computerDnsName(),
                alert.machine() == null ? null : alert.machine().group(),
                tenant,
                alert.threatName(),
                alert.mitreTechniques(),
                content.relatedUserName() == null
                        ? null
                        : new AlertView.RelatedUser(content.relatedUserName(), content.relatedUserDomain()),
                List.of(),
                List.of(),
                stored.evidence(),
                List.of());
    }
}
