package io.tocsin.response.playbook;

import io.tocsin.identity.Permission;
import java.time.Duration;
import java.util.Set;

/// What a step can do, what it is told, and how long it has when it does not say.
enum StepType {
    /// A machine action, and its result.
    Action(Duration.ofDays(4), Set.of("action", "machineId"), Set.of("comment", "scope", "scanType", "sha1")),
    /// Commands on a machine, and their results.
    LiveResponse(Duration.ofDays(4), Set.of("machineId", "commands"), Set.of("comment")),
    /// An automated investigation of a machine, and how it ends.
    StartInvestigation(Duration.ofDays(8), Set.of("machineId"), Set.of("comment", "wait")),
    /// A person says yes or no.
    Approval(Duration.ofDays(1), Set.of("message"), Set.of("permission", "group", "approvals")),
    /// One call to a partner.
    Http(Duration.ofMinutes(5), Set.of("method", "url"), Set.of("headers", "body")),
    /// An indicator, for everybody.
    Indicator(
            Duration.ofMinutes(5),
            Set.of("value", "indicatorType", "action", "title"),
            Set.of("description", "severity", "expiresInDays", "generateAlert")),
    /// The status of an alert, and what is thought of it.
    UpdateAlert(Duration.ofMinutes(5), Set.of("alertId"), Set.of("status", "classification", "determination")),
    /// The machines that have seen a file, host or address, or that the alerts of an incident are on.
    FindMachines(Duration.ofMinutes(5), Set.of("kind", "value"), Set.of()),
    /// Open alerts of a machine with a title.
    FindAlerts(Duration.ofMinutes(5), Set.of("title"), Set.of("machineId", "except")),
    /// One way or another.
    If(Duration.ofMinutes(5), Set.of("condition"), Set.of("then", "otherwise")),
    /// Several ways at once; it goes on when all have ended.
    Parallel(Duration.ofDays(7), Set.of("branches"), Set.of()),
    /// The same for each of a list.
    ForEach(Duration.ofDays(7), Set.of("items", "step"), Set.of()),
    /// A pause.
    Wait(Duration.ofDays(7), Set.of("duration"), Set.of());

    /// The kind of `FindMachines` that is no entity.
    static final String OF_INCIDENTS = "Incident";

    private final Duration timeout;
    private final Set<String> needed;
    private final Set<String> possible;

    StepType(Duration timeout, Set<String> needed, Set<String> possible) {
        this.timeout = timeout;
        this.needed = needed;
        this.possible = possible;
    }

    Duration timeout() {
        return timeout;
    }

    Set<String> needed() {
        return needed;
    }

    Set<String> possible() {
        return possible;
    }

    /// What whoever reads its input and output must be allowed to read.
    ///
    /// @param kind of what it looks for, or null
    Set<Permission> shows(String kind) {
        return switch (this) {
            case FindAlerts, StartInvestigation -> Set.of(Permission.ALERT_READ);
            case LiveResponse -> Set.of(Permission.MACHINE_READ, Permission.MACHINE_LIVE_RESPONSE);
            case FindMachines ->
                OF_INCIDENTS.equals(kind)
                        ? Set.of(Permission.MACHINE_READ, Permission.INCIDENT_READ)
                        : Set.of(Permission.MACHINE_READ);
            default -> Set.of();
        };
    }

    /// Whether something outside of the run is changed, which a dry run leaves alone.
    boolean hasEffect() {
        return switch (this) {
            case Action, LiveResponse, StartInvestigation, Http, Indicator, UpdateAlert -> true;
            default -> false;
        };
    }
}
