package io.tocsin.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Everything that led to a fault: its causes and theirs, and what was suppressed on the way. A transaction that cannot
/// be committed since its connection broke has the broken connection there, and nowhere else.
public final class Causes {

    private Causes() {}

    /// The fault first, then what led to it, nearest first; each once.
    public static List<Throwable> of(Throwable fault) {
        var all = new ArrayList<Throwable>();
        add(fault, all, Collections.newSetFromMap(new IdentityHashMap<>()));
        return all;
    }

    private static void add(Throwable fault, List<Throwable> all, Set<Throwable> known) {
        if (fault == null || !known.add(fault)) {
            return;
        }
        all.add(fault);
        add(fault.getCause(), all, known);
        for (Throwable suppressed : fault.getSuppressed()) {
            add(suppressed, all, known);
        }
    }
}
