package io.tocsin.alert.story;

import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.process.ProcessTrees.Child;
import io.tocsin.alert.process.ProcessTrees.Siblings;
import io.tocsin.wire.WireTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who started whom below some processes, read level by level, so that a branch with ever so much below it hides none
/// of
/// its neighbours and what is left out is deepest.
final class Branches {

    /// Of one process; the others are told page by page.
    static final int PAGE = 50;

    private static final int MOST_COUNTED = 10_000;

    /// What is told of the children of one process.
    ///
    /// @param count how many there are, at most 10,000 are counted
    /// @param last of those that are told in their order, null when none is; the next page begins behind it
    record Children(long count, Child last) {

        static final Children NONE = new Children(0, null);
    }

    private final ProcessTrees trees;
    private final WireTime until;
    private final int most;
    private final Set<ProcessRef> known;
    private final Set<ProcessRef> found = new LinkedHashSet<>();
    private final Map<ProcessRef, Children> children = new HashMap<>();
    private final Map<ProcessRef, Siblings> uncounted = new LinkedHashMap<>();

    private Branches(ProcessTrees trees, WireTime until, int most, Set<ProcessRef> known) {
        this.trees = trees;
        this.until = until;
        this.most = most;
        this.known = known;
    }

    /// @param tops whose children are told
    /// @param most that are not known yet, in all
    /// @param known those that are told in any case
    static Branches below(
            ProcessTrees trees, Collection<Siblings> tops, WireTime until, int most, Set<ProcessRef> known) {
        var branches = new Branches(trees, until, most, known);
        branches.read(tops);
        return branches;
    }

    private void read(Collection<Siblings> tops) {
        var asked = new LinkedHashMap<ProcessRef, Siblings>();
        tops.forEach(top -> asked.put(top.parent(), top));
        Collection<Siblings> level = List.copyOf(asked.values());
        while (!level.isEmpty() && found.size() < most) {
            Map<ProcessRef, List<Child>> read = trees.children(level, until, PAGE + 1);
            var next = new LinkedHashMap<ProcessRef, Siblings>();
            for (Siblings siblings : level) {
                for (Child child : page(siblings, read.getOrDefault(siblings.parent(), List.of()))) {
                    var below = Siblings.of(child.ref());
                    if (asked.putIfAbsent(child.ref(), below) == null) {
                        next.put(child.ref(), below);
                    }
                }
            }
            level = next.values();
        }
        level.forEach(siblings -> uncounted.put(siblings.parent(), siblings));
        trees.counts(uncounted.values(), until, MOST_COUNTED)
                .forEach((parent, count) -> children.merge(
                        parent, new Children(count, null), (read, counted) -> new Children(count, read.last())));
    }

    /// A page is told whole or not at all, so that the next one begins behind it.
    private List<Child> page(Siblings siblings, List<Child> read) {
        List<Child> page = read.subList(0, Math.min(PAGE, read.size()));
        List<ProcessRef> unknown = page.stream()
                .map(Child::ref)
                .filter(child -> !known.contains(child) && !found.contains(child))
                .toList();
        boolean isTold = found.size() + unknown.size() <= most;
        if (isTold) {
            found.addAll(unknown);
        }
        if (!read.isEmpty()) {
            children.put(siblings.parent(), new Children(read.size(), isTold ? page.getLast() : null));
        }
        if (read.size() > PAGE) {
            uncounted.put(siblings.parent(), siblings);
        }
        return isTold ? page : List.of();
    }

    /// Those that were not known.
    Set<ProcessRef> found() {
        return found;
    }

    /// Of each process that has any.
    Map<ProcessRef, Children> children() {
        return children;
    }
}
