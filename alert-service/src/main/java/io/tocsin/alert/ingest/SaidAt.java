package io.tocsin.alert.ingest;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which word of a source said what the newest one did not: the version of that word, for each value that an older one
/// may fill in. Null where it was the newest, or one that named no time.
record SaidAt(Long threatFamilyName, Long threatName, Long detectorId, Long machine, Long relatedUser) {

    private static final Long GUESSED = Long.MIN_VALUE;

    static final SaidAt NEWEST = new SaidAt(null, null, null, null, null);

    /// As it is stored: five numbers between commas, null when all are the newest word's.
    static SaidAt of(String stored) {
        if (stored == null) {
            return NEWEST;
        }
        List<Long> at = Arrays.stream(stored.split(",", -1))
                .map(it -> it.isEmpty() ? null : Long.valueOf(it))
                .toList();
        return new SaidAt(at.get(0), at.get(1), at.get(2), at.get(3), at.get(4));
    }

    String stored() {
        return equals(NEWEST)
                ? null
                : Stream.of(threatFamilyName, threatName, detectorId, machine, relatedUser)
                        .map(it -> it == null ? "" : it.toString())
                        .collect(Collectors.joining(","));
    }

    /// With a machine nobody has said.
    SaidAt withGuessedMachine() {
        return new SaidAt(threatFamilyName, threatName, detectorId, GUESSED, relatedUser);
    }

    boolean isMachineGuessed() {
        return Objects.equals(machine, GUESSED);
    }

    /// Whether a word of that version says it more lately than the one that did; nothing said is older than anything.
    static boolean isNewer(Object known, Long knownAt, long version) {
        return known == null || knownAt != null && version >= knownAt;
    }
}
