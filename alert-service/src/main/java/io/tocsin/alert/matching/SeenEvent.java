package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.MatchRequest.Name;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// The part of an event that matching looks at.
public record SeenEvent(
        UUID tenant,
        String machineId,
        WireTime time,
        String remoteIp,
        String remoteUrl,
        String sha1,
        String sha256,
        String md5,
        String initiatingSha1,
        String initiatingSha256,
        Evidence process,
        String fileName,
        String folder) {

    /// What indicators could speak of, at most four things. Nothing indicator-service would refuse to look up is among
    /// them, so that one odd event cannot hold back all that come after it.
    public Set<Observable> observables() {
        var values = new LinkedHashSet<Observable>();
        if (Plausible.address(remoteIp) && !Addresses.isInternal(remoteIp)) {
            values.add(new Observable("IpAddress", remoteIp));
        }
        if (Plausible.host(remoteUrl)) {
            values.add(new Observable("DomainName", remoteUrl));
        } else if (Plausible.url(remoteUrl)) {
            values.add(new Observable("Url", remoteUrl));
        }
        addFile(values, names(sha256, sha1, md5));
        addFile(values, names(initiatingSha256, initiatingSha1, null));
        return values;
    }

    /// A file is asked for once, with all of its hashes: which indicator decides is said of the file. Asked for each by
    /// itself, one that is allowed by its SHA-256 would raise what its SHA-1 says (contract 50 §6).
    private static void addFile(Set<Observable> values, List<Name> names) {
        if (!names.isEmpty()) {
            Name first = names.getFirst();
            List<Name> others = names.subList(1, names.size());
            values.add(new Observable(first.type(), first.value(), null, others.isEmpty() ? null : others));
        }
    }

    private static List<Name> names(String sha256, String sha1, String md5) {
        var names = new ArrayList<Name>(3);
        addHash(names, "FileSha256", sha256, 64);
        addHash(names, "FileSha1", sha1, 40);
        addHash(names, "FileMd5", md5, 32);
        return List.copyOf(names);
    }

    private static void addHash(List<Name> names, String type, String hash, int digits) {
        if (Plausible.hash(hash, digits)) {
            names.add(new Name(type, hash));
        }
    }

    /// The entity a match of this value speaks of, and the process that acted.
    List<Evidence> evidence(Observable matched) {
        var evidence = new ArrayList<Evidence>();
        switch (matched.type()) {
            case "IpAddress" -> evidence.add(Evidence.ip(remoteIp));
            case "DomainName", "Url" -> evidence.add(Evidence.url(remoteUrl));
            default -> {
                if (isOfFile(matched.value())) {
                    evidence.add(Evidence.file(sha1, sha256, fileName, folder));
                } else if (process == null) {
                    evidence.add(Evidence.file(initiatingSha1, initiatingSha256, null, null));
                }
            }
        }
        if (process != null) {
            evidence.add(process);
        }
        return evidence;
    }

    private boolean isOfFile(String hash) {
        return hash.equals(sha1) || hash.equals(sha256) || hash.equals(md5);
    }
}
