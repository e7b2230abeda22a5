package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A quarantine that somebody ordered, or a playbook, and whether it was taken back (docs/api.md).
///
/// @param status of the machine action; `Undoing` while what takes it back is on its way, then `Undone`
/// @param undoActionId the machine action that takes it back, the last there was
/// @param statusDetails why the last could not
@RegisterForReflection
public record QuarantineView(
        String actionId,
        String machineId,
        String sha1,
        String status,
        String requestedBy,
        WireTime createdTime,
        String undoActionId,
        String undoneBy,
        WireTime undoneTime,
        String undoComment,
        String statusDetails) {}
