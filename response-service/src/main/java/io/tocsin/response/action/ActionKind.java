package io.tocsin.response.action;

import io.tocsin.identity.Permission;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.FileHash;
import io.tocsin.wire.ProblemException;
import java.util.List;
import java.util.stream.Stream;

/// The kinds of action, each with the lane it shares with its opposite, the permission it needs and its scopes.
public enum ActionKind {
    Isolate("Isolation", Permission.MACHINE_ISOLATE, List.of("Full", "Selective", "UnManagedDevice")),
    Unisolate("Isolation", Permission.MACHINE_ISOLATE, List.of()),
    RestrictCodeExecution("Restriction", Permission.MACHINE_RESTRICT_EXECUTION, List.of()),
    UnrestrictCodeExecution("Restriction", Permission.MACHINE_RESTRICT_EXECUTION, List.of()),
    RunAntiVirusScan("Scan", Permission.MACHINE_SCAN, List.of("Quick", "Full")),
    StopAndQuarantineFile("Quarantine", Permission.MACHINE_STOP_AND_QUARANTINE, List.of()),
    CollectInvestigationPackage("Package", Permission.MACHINE_COLLECT_FORENSICS, List.of()),
    Offboard("Offboard", Permission.MACHINE_OFFBOARD, List.of()),
    LiveResponse("LiveResponse", Permission.MACHINE_LIVE_RESPONSE, List.of()),
    /// What follows is done for remediations alone (docs/adr/050), and is not on the partner API.
    RestoreFile("Quarantine"),
    KillProcess("Process"),
    RemoveRegistryKey("Registry"),
    RestoreRegistryKey("Registry"),
    StopService("Service"),
    StartService("Service"),
    DisableDriver("Driver"),
    EnableDriver("Driver"),
    RemoveScheduledTask("Task"),
    RestoreScheduledTask("Task");

    private final String lane;
    private final Permission permission;
    private final List<String> scopes;
    private final boolean onPartnerApi;

    ActionKind(String lane, Permission permission, List<String> scopes) {
        this.lane = lane;
        this.permission = permission;
        this.scopes = scopes;
        this.onPartnerApi = true;
    }

    ActionKind(String lane) {
        this.lane = lane;
        this.permission = Permission.MACHINE_STOP_AND_QUARANTINE;
        this.scopes = List.of();
        this.onPartnerApi = false;
    }

    /// Those the contract names.
    static List<String> namesOnPartnerApi() {
        return Stream.of(values())
                .filter(kind -> kind.onPartnerApi)
                .map(Enum::name)
                .toList();
    }

    String lane() {
        return lane;
    }

    /// What whoever asks for it needs.
    public Permission permission() {
        return permission;
    }

    /// The scope the request means in the contract's spelling; isolation is `Full` unless said otherwise.
    String scope(ActionRequest request) {
        String text = this == RunAntiVirusScan ? request.scanType() : request.isolationType();
        if (scopes.isEmpty()) {
            return null;
        }
        if (text == null && this == RunAntiVirusScan) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "scanType argument is missing");
        }
        return text == null
                ? "Full"
                : scopes.stream()
                        .filter(text.strip()::equalsIgnoreCase)
                        .findFirst()
                        .orElseThrow(() -> new ProblemException(
                                CommonProblem.INVALID_INPUT, "'" + text + "' is none of " + scopes));
    }

    /// The file the request is about, of the one kind that is about a file.
    String sha1(ActionRequest request) {
        if (this != StopAndQuarantineFile) {
            return null;
        }
        if (request.sha1() == null) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "sha1 argument is missing");
        }
        return FileHash.requiredSha1(request.sha1().strip()).hex();
    }
}
