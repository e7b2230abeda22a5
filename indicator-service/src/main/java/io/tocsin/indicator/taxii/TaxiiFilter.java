package io.tocsin.indicator.taxii;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What of a collection is asked for.
///
/// @param ticks behind which time and
/// @param id behind which id of it
/// @param types empty: any
/// @param nothing whether no object of ours can be meant
record TaxiiFilter(long ticks, long id, List<String> ids, List<String> types, boolean nothing) {

    private static final Set<String> ALL_VERSIONS = Set.of("last", "first", "all");

    static TaxiiFilter of(String addedAfter, String next, String id, String type, String version, String spec) {
        List<String> ids = id == null ? List.of() : list(id);
        List<String> types = type == null ? List.of() : list(type);
        boolean nothing = spec != null && !list(spec).contains("2.1")
                || version != null && list(version).stream().noneMatch(ALL_VERSIONS::contains);
        if (next != null && !next.isEmpty()) {
            String[] parts = next.split("-");
            if (!next.matches("\\d{1,18}-\\d{1,18}")) {
                throw new ProblemException(CommonProblem.INVALID_INPUT, "next is none that was given out here");
            }
            return new TaxiiFilter(Long.parseLong(parts[0]), Long.parseLong(parts[1]), ids, types, nothing);
        }
        return new TaxiiFilter(addedAfter == null ? 0 : ticks(addedAfter), Long.MAX_VALUE, ids, types, nothing);
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(",")).map(String::strip).toList();
    }

    private static long ticks(String time) {
        try {
            return WireTime.parse(time).ticks();
        } catch (IllegalArgumentException wrong) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "added_after is no time");
        }
    }

    /// Whether nothing of this type is asked for.
    boolean leavesOut(String type) {
        return nothing || !types.isEmpty() && !types.contains(type);
    }

    static String next(TaxiiService.Found last) {
        return last.added().ticks() + "-" + last.id();
    }

    boolean isBehind(WireTime added, long of) {
        return added.ticks() > ticks || (added.ticks() == ticks && of > id);
    }
}
