package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.machine.MachineView;
import io.tocsin.response.machine.Platform;
import io.tocsin.wire.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What can be done on a machine, by its system, its agent's version and the automation level of its device group
/// (contract 30 §3, 40 §3).
public enum Availability {
    FullIsolation(ActionKind.Isolate, "Full"),
    SelectiveIsolation(ActionKind.Isolate, "Selective"),
    UnManagedDeviceIsolation(ActionKind.Isolate, "UnManagedDevice"),
    Unisolation(ActionKind.Unisolate, null),
    RunAntiVirusScan(ActionKind.RunAntiVirusScan, null),
    CollectInvestigationPackage(ActionKind.CollectInvestigationPackage, null),
    StopAndQuarantineFile(ActionKind.StopAndQuarantineFile, null),
    RestrictCodeExecution(ActionKind.RestrictCodeExecution, null),
    UnrestrictCodeExecution(ActionKind.UnrestrictCodeExecution, null),
    InitiateInvestigation(null, null),
    OffBoard(ActionKind.Offboard, null),
    LiveResponse(ActionKind.LiveResponse, null);

    /// The answer of `availableMachineActions` (edmx-facts ActionAvailabilityStatus).
    @RegisterForReflection
    public record Status(String action, boolean isAvailable, String notSupportedReason) {}

    private static final String SCAN_OR_ISOLATION = "101.98.84";
    private static final String MAC_LIVE_RESPONSE = "101.43.84";
    private static final String LINUX_LIVE_RESPONSE = "101.45.13";

    private final ActionKind kind;
    private final String scope;

    Availability(ActionKind kind, String scope) {
        this.kind = kind;
        this.scope = scope;
    }

    /// @param level of the machine's device group
    static List<Status> of(MachineView machine, AutomationLevel level) {
        return List.of(values()).stream().map(it -> it.on(machine, level)).toList();
    }

    private Status on(MachineView machine, AutomationLevel level) {
        Optional<ProblemException> refusal = kind == null
                ? ofInvestigation(machine, level)
                : refusal(kind, scope, machine).or(() -> kind == ActionKind.LiveResponse ? attended(level) : none());
        return new Status(
                name(),
                refusal.isEmpty(),
                refusal.map(ProblemException::getMessage).orElse(null));
    }

    /// Why nobody can start an investigation on the machine, or nothing when one can (contract 40 §3, §5).
    public static Optional<ProblemException> ofInvestigation(MachineView machine, AutomationLevel level) {
        return Platform.of(machine)
                .investigated()
                .map(reason -> new ProblemException(ResponseProblem.OS_PLATFORM_NOT_SUPPORTED, reason))
                .or(() -> onboarded(machine))
                .or(() -> attended(level));
    }

    /// Why not, where the device group wants no automated response (contract 30 §5, 40 §5).
    private static Optional<ProblemException> attended(AutomationLevel level) {
        return level == AutomationLevel.NoAutomatedResponse
                ? Optional.of(new ProblemException(ResponseProblem.NO_AUTOMATED_RESPONSE))
                : none();
    }

    private static Optional<ProblemException> onboarded(MachineView machine) {
        return machine.onboardingStatus().equals("Onboarded")
                ? none()
                : Optional.of(new ProblemException(ResponseProblem.MACHINE_NOT_ONBOARDED));
    }

    private static Optional<ProblemException> none() {
        return Optional.empty();
    }

    /// Why the action is not possible on the machine, or nothing when it is.
    static Optional<ProblemException> refusal(ActionKind kind, String scope, MachineView machine) {
        Optional<ProblemException> away = onboarded(machine);
        if (away.isPresent()) {
            return away;
        }
        Platform platform = Platform.of(machine);
        if (!isOn(platform, kind, scope)) {
            return Optional.of(new ProblemException(
                    ResponseProblem.OS_PLATFORM_NOT_SUPPORTED,
                    kind + (scope == null ? "" : " " + scope) + " is not possible on " + platform.shown()));
        }
        String least = least(platform.family(), kind);
        return least == null || isSince(platform.agentVersion(), least)
                ? Optional.empty()
                : Optional.of(new ProblemException(
                        ResponseProblem.CLIENT_VERSION_NOT_SUPPORTED,
                        kind + " needs version " + least + " of the agent"));
    }

    private static boolean isOn(Platform platform, ActionKind kind, String scope) {
        if ("UnManagedDevice".equals(scope)) {
            return false; // is for machines without an agent, and nobody here would carry it out
        }
        long build = switch (kind) {
            case RestrictCodeExecution, UnrestrictCodeExecution, RunAntiVirusScan, LiveResponse -> Platform.BUILD_1709;
            default -> "Selective".equals(scope) ? Platform.BUILD_1709 : Platform.BUILD_1703;
        };
        return switch (platform.family()) {
            case WINDOWS -> platform.isSince(build);
            case WINDOWS_SERVER ->
                switch (kind) {
                    case RestrictCodeExecution, UnrestrictCodeExecution -> platform.isServerSince2019();
                    default -> true;
                };
            case MACOS ->
                switch (kind) {
                    case RestrictCodeExecution, UnrestrictCodeExecution, StopAndQuarantineFile, Offboard -> false;
                    default -> !isOfWindows(kind);
                };
            case LINUX ->
                switch (kind) {
                    case RestrictCodeExecution, UnrestrictCodeExecution, StopAndQuarantineFile, Offboard -> false;
                    default -> !"Selective".equals(scope) && !isOfWindows(kind);
                };
            case OTHER -> false;
            case UNKNOWN -> true;
        };
    }

    private static boolean isOfWindows(ActionKind kind) {
        return switch (kind) {
            case RestoreFile,
                    RemoveRegistryKey,
                    RestoreRegistryKey,
                    StopService,
                    StartService,
                    DisableDriver,
                    EnableDriver,
                    RemoveScheduledTask,
                    RestoreScheduledTask -> true;
            default -> false;
        };
    }

    /// The least version of the agent, of the systems where the contract names one.
    private static String least(Platform.Family family, ActionKind kind) {
        return switch (family) {
            case MACOS ->
                switch (kind) {
                    case Isolate, Unisolate, RunAntiVirusScan -> SCAN_OR_ISOLATION;
                    case LiveResponse -> MAC_LIVE_RESPONSE;
                    default -> null;
                };
            case LINUX ->
                switch (kind) {
                    case RunAntiVirusScan -> SCAN_OR_ISOLATION;
                    case LiveResponse -> LINUX_LIVE_RESPONSE;
                    default -> null;
                };
            default -> null;
        };
    }

    /// The contract counts versions of one agent, all of which begin with 101; another agent counts otherwise, and says
    /// in its report what it cannot do.
    private static boolean isSince(String version, String least) {
        if (version == null || !version.startsWith("101.")) {
            return true;
        }
        try {
            int[] has = Arrays.stream(version.split("\\."))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            int[] needs = Arrays.stream(least.split("\\."))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            return Arrays.compare(has, needs) >= 0;
        } catch (NumberFormatException notCounted) {
            return true;
        }
    }
}
