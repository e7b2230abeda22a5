package io.tocsin.response.investigation;

import io.tocsin.response.action.ActionKind;
import java.util.Optional;

/// What can be done about what was found, and what takes it back (contract 40 §5).
enum RemediationKind {
    QuarantineFile(ActionKind.StopAndQuarantineFile, ActionKind.RestoreFile),
    KillProcess(ActionKind.KillProcess, null),
    RemoveRegistryKey(ActionKind.RemoveRegistryKey, ActionKind.RestoreRegistryKey),
    StopService(ActionKind.StopService, ActionKind.StartService),
    DisableDriver(ActionKind.DisableDriver, ActionKind.EnableDriver),
    RemoveScheduledTask(ActionKind.RemoveScheduledTask, ActionKind.RestoreScheduledTask),
    /// Does the same on every machine that has the file, ten or more (contract 40 §3).
    WidenScope(null, null),
    /// Blocks an address, a domain or a URL for every endpoint, by an indicator that expires.
    BlockIndicator(null, null);

    private final ActionKind action;
    private final ActionKind undo;

    RemediationKind(ActionKind action, ActionKind undo) {
        this.action = action;
        this.undo = undo;
    }

    /// None where nothing is done on the machine itself.
    Optional<ActionKind> action() {
        return Optional.ofNullable(action);
    }

    Optional<ActionKind> undo() {
        return Optional.ofNullable(undo);
    }

    /// Whether it acts on more machines than the one it was found on.
    boolean isOfFleet() {
        return this == WidenScope || this == BlockIndicator;
    }

    boolean isUndoable() {
        return undo != null || this == BlockIndicator;
    }
}
