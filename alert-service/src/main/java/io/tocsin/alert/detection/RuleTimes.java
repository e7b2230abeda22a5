package io.tocsin.alert.detection;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// How long each rule of a tenant's own has taken for the events of one look, in which the events of all tenants wait
/// for
/// it. Built-in ones are known not to take long: a machine that stands still for a moment silences none of them.
final class RuleTimes {

    private final long most;
    private final Map<ActiveRule, long[]> nanos = new IdentityHashMap<>();
    private final Set<ActiveRule> spent = new HashSet<>();

    RuleTimes(Duration most) {
        this.most = most.toNanos();
    }

    /// What the test says; false, without asking, of a rule that has had its time.
    boolean test(ActiveRule rule, BooleanSupplier test) {
        if (rule.builtIn()) {
            return test.getAsBoolean();
        }
        long[] taken = nanos.computeIfAbsent(rule, none -> new long[1]);
        if (taken[0] > most) {
            spent.add(rule);
            return false;
        }
        long begin = System.nanoTime();
        boolean hits = test.getAsBoolean();
        taken[0] += System.nanoTime() - begin;
        return hits;
    }

    /// Those that were not asked any more.
    Collection<ActiveRule> spent() {
        return spent;
    }
}
