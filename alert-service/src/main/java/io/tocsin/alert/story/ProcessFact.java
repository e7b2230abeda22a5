package io.tocsin.alert.story;

import io.tocsin.wire.WireTime;

/// What telemetry knows of one process of one machine.
///
/// @param key `pid:second of creation`
/// @param parentKey null when nobody saw who started it
/// @param observed false when it is known only as somebody's parent
public record ProcessFact(
        String key,
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

    /// Whether it is one of the processes everything hangs below.
    public boolean isHub() {
        return SystemPrograms.isHub(SystemPrograms.nameOf(fileName));
    }
}
