package io.tocsin.response.action;

import io.tocsin.identity.Permission;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.List;

/// The kinds of action, each with the lane it shares with its opposite, the permission it needs and its scopes.
public enum ActionKind {
    Isolate("Isolation", Permission.MACHINE_ISOLATE, List.of("Full", "Selective", "UnManagedDevice")),
    Unisolate("Isolation", Permission.MACHINE_ISOLATE, List.of()),
    RunAntiVirusScan("Scan", Permission.MACHINE_SCAN, List.of("Quick", "Full"));

    private final String lane;
    private final Permission permission;
    private final List<String> scopes;

    ActionKind(String lane, Permission permission, List<String> scopes) {
        this.lane = lane;
        this.permission = permission;
        this.scopes = scopes;
    }

    String lane() {
        return lane;
    }

    Permission permission() {
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
}
