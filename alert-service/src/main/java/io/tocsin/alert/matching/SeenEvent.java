package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The part of an event that matching looks at.
record SeenEvent(
        String changeXid,
        long eventId,
        UUID tenant,
        String machineId,
        WireTime time,
        String remoteIp,
        String remoteUrl,
        String sha1,
        String sha256,
        String md5,
        Evidence process,
        String fileName,
        String folder) {

    /// What indicators could speak of.
    List<Observable> observables() {
        var values = new ArrayList<Observable>();
        if (remoteIp != null && !Addresses.isInternal(remoteIp)) {
            values.add(new Observable("IpAddress", remoteIp));
        }
        if (remoteUrl != null) {
            values.add(new Observable(remoteUrl.contains("/") ? "Url" : "DomainName", remoteUrl));
        }
        if (sha256 != null) {
            values.add(new Observable("FileSha256", sha256));
        }
        if (sha1 != null) {
            values.add(new Observable("FileSha1", sha1));
        }
        if (md5 != null) {
            values.add(new Observable("FileMd5", md5));
        }
        return values;
    }

    /// The entity a match of this kind speaks of, and the process that acted.
    List<Evidence> evidence(String type) {
        var evidence = new ArrayList<Evidence>();
        switch (type) {
            case "IpAddress" -> evidence.add(Evidence.ip(remoteIp));
            case "DomainName", "Url" -> evidence.add(Evidence.url(remoteUrl));
            default -> evidence.add(Evidence.file(sha1, sha256, fileName, folder));
        }
        if (process != null) {
            evidence.add(process);
        }
        return evidence;
    }
}
