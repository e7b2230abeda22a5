package io.tocsin.alert.story;

import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
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
        return parentKey == null ? null : ref.withKey(parentKey);
    }

    static ProcessFact of(ProcessNode known) {
        String name = known.accountName();
        return new ProcessFact(
                known.ref(),
                known.processId(),
                known.creationTime(),
                SystemPrograms.nameOf(known.fileName()),
                known.folderPath(),
                known.commandLine(),
                name == null || known.accountDomain() == null ? name : known.accountDomain() + "\\" + name,
                known.sha1(),
                known.sha256(),
                known.parentKey(),
                known.observed());
    }

    /// It was not seen to start, but it was seen to act.
    ProcessFact thatActed() {
        return new ProcessFact(
                ref,
                processId,
                creationTime,
                fileName,
                folderPath,
                commandLine,
                account,
                sha1,
                sha256,
                parentKey,
                true);
    }

    /// Whether it is one of the processes everything hangs below.
    public boolean isHub() {
        return SystemPrograms.isHub(SystemPrograms.nameOf(fileName));
    }
}
