package io.tocsin.alert.detection;

import io.tocsin.alert.sigma.EvaluationTime;
import io.tocsin.alert.sigma.SlowRuleException;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/// How long the rules of tenants, and what they exempt from built-in ones, have taken for the events of one look, in
/// which those of all tenants wait for them. Built-in rules are not asked here: a machine that stands still for a
/// moment silences none.
final class RuleTimes {

    private final long mostOfRule;
    private final long mostOfTenant;
    private final Map<ActiveRule, long[]> byRule = new IdentityHashMap<>();
    private final Map<UUID, long[]> byTenant = new HashMap<>();
    private final Map<ActiveRule, UUID> spent = new IdentityHashMap<>();

    RuleTimes(Duration mostOfRule, Duration mostOfTenant) {
        this.mostOfRule = mostOfRule.toNanos();
        this.mostOfTenant = mostOfTenant.toNanos();
    }

    /// What the test says; false of a rule that has had its time, or whose tenant's rules have had theirs.
    boolean test(UUID tenant, ActiveRule rule, BooleanSupplier test) {
        long[] ofRule = byRule.computeIfAbsent(rule, none -> new long[1]);
        long[] ofTenant = byTenant.computeIfAbsent(tenant, none -> new long[1]);
        long left = Math.min(mostOfRule - ofRule[0], mostOfTenant - ofTenant[0]);
        long begin = System.nanoTime();
        try {
            return EvaluationTime.within(left, test);
        } catch (SlowRuleException late) {
            spent.put(rule, tenant);
            return false;
        } finally {
            long taken = System.nanoTime() - begin;
            ofRule[0] += taken;
            ofTenant[0] += taken;
        }
    }

    /// Those that were not held against every event, and whose they are.
    Map<ActiveRule, UUID> spent() {
        return spent;
    }
}
