package io.tocsin.alert.investigation;

import io.tocsin.alert.ingest.AlertIntake;
import io.tocsin.alert.ingest.KnownMachines;
import io.tocsin.alert.ingest.NewAlert;
import io.tocsin.identity.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/// Raises the informational alert of an investigation that somebody started by hand (contract 40 §3).
@ApplicationScoped
class ManualInvestigations {

    /// Ours alone, since it begins with our name. The job that resolves such alerts names it, too.
    private static final String SOURCE = "TocsinInvestigation";

    private static final String TITLE = "Automated investigation started manually";

    private final AlertIntake intake;
    private final KnownMachines machines;
    private final InvestigationRepository investigations;

    ManualInvestigations(AlertIntake intake, KnownMachines machines, InvestigationRepository investigations) {
        this.intake = intake;
        this.machines = machines;
        this.investigations = investigations;
    }

    /// Told twice it is one alert.
    @Transactional
    AlertIntake.Stored raise(Caller caller, ManualInvestigationRequest request) {
        String why = request.comment() == null ? "" : ": " + request.comment();
        var alert = new NewAlert(
                SOURCE,
                request.investigationId().toString(),
                "Informational",
                "AutomatedInvestigation",
                null,
                "SuspiciousActivity",
                null,
                null,
                TITLE,
                request.requestor() + " started investigation " + request.investigationId() + " of this device" + why,
                null,
                request.startTime(),
                request.startTime(),
                machines.seen(caller.tenant(), request.machineId(), request.computerDnsName()),
                List.of(),
                List.of());
        AlertIntake.Stored stored = intake.store(caller.tenant(), caller.name(), alert, request.alertId());
        // How it stands by now is told by the job that follows investigations.
        investigations.started(caller.tenant(), stored.id(), request.investigationId(), "Queued");
        return stored;
    }
}
