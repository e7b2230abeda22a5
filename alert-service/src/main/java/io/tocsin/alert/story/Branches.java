package io.tocsin.alert.story;

import static java.util.stream.Collectors.groupingBy;

import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.process.ProcessTrees.Twig;
import io.tocsin.wire.WireTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who started whom below some processes, oldest first.
final class Branches {

    /// How far a branch is read. What is beyond it is not told, by no page.
    private static final int MOST = 50_000;

    private static final long MOST_COUNTED = 10_000;

    private static final Comparator<Twig> OLDEST_FIRST = Comparator.comparing(
                    Twig::creationTime, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(twig -> twig.ref().key());

    private final Set<ProcessRef> tops = new LinkedHashSet<>();
    private final Map<ProcessRef, List<Twig>> children;

    private Branches(Collection<ProcessNode> tops, List<Twig> twigs) {
        tops.forEach(top -> this.tops.add(top.ref()));
        this.children = new HashMap<>(twigs.stream()
                .filter(twig -> twig.parent() != null)
                .distinct()
                .sorted(OLDEST_FIRST)
                .collect(groupingBy(Twig::parent)));
    }

    static Branches of(ProcessTrees trees, Collection<ProcessNode> tops, WireTime until) {
        return new Branches(tops, trees.branches(tops, until, MOST));
    }

    /// The same without the children of one process that were told before.
    Branches behind(ProcessRef process, long after, String afterKey) {
        var last = new Twig(process.withKey(afterKey), process, new WireTime(after));
        children.computeIfPresent(
                process,
                (same, all) -> all.stream()
                        .filter(child -> after == 0 || OLDEST_FIRST.compare(child, last) > 0)
                        .toList());
        return this;
    }

    /// Broadest first, so that what is left out is deepest.
    ///
    /// @param mostChildren of one process
    /// @param most in all that are not known yet
    Set<ProcessRef> broadestFirst(int mostChildren, int most, Set<ProcessRef> known) {
        var found = new LinkedHashSet<ProcessRef>();
        var asked = new LinkedHashSet<>(tops);
        var next = new ArrayDeque<>(tops);
        while (!next.isEmpty() && found.size() < most) {
            children.getOrDefault(next.poll(), List.of()).stream()
                    .limit(mostChildren)
                    .map(Twig::ref)
                    .filter(asked::add)
                    .forEach(child -> {
                        next.add(child);
                        if (!known.contains(child) && found.size() < most) {
                            found.add(child);
                        }
                    });
        }
        return found;
    }

    /// How many each process has, 10,000 at most.
    Map<ProcessRef, Long> children() {
        var counts = new HashMap<ProcessRef, Long>();
        children.forEach((process, its) -> counts.put(process, Math.min(its.size(), MOST_COUNTED)));
        return counts;
    }
}
