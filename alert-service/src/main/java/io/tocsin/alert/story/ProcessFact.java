package io.tocsin.alert.story;

import io.tocsin.wire.WireTime;

/// What telemetry knows of one process of one machine.
///
/// @param parentKey null when nobody saw who started it
/// @param observed false when it is known only as somebody's parent
public record ProcessFact(
        ProcessRef ref,
        Long processId,
        WireTime creationTime,
        String fileName,
        String folderPath,
        String commandLine,
        String account,
        String sha1,
        String sha256,
        String parentKey,
        boolean observed) {

    /// `pid:second of creation`
    public String key() {
        return ref.key();
    }

    /// Who started it, or null.
    public ProcessRef parent() {
        return parentKey == null ? null : new ProcessRef(ref.machineId(), parentKey);
    }

    /// What this one does not know, another source may.
    ProcessFact completedBy(ProcessFact other) {
        return new ProcessFact(
                ref,
                either(processId, other.processId),
                either(creationTime, other.creationTime),
                either(fileName, other.fileName),
                either(folderPath, other.folderPath),
                either(commandLine, other.commandLine),
                either(account, other.account),
                either(sha1, other.sha1),
                either(sha256, other.sha256),
                either(parentKey, other.parentKey),
                observed || other.observed);
    }

    private static <T> T either(T one, T other) {
        return one == null ? other : one;
    }

    /// Whether it is one of the processes everything hangs below.
    public boolean isHub() {
        return SystemPrograms.isHub(SystemPrograms.nameOf(fileName));
    }
}
