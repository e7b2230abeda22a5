package io.tocsin.alert.detection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.tocsin.alert.sigma.EventTest;
import io.tocsin.alert.sigma.RuleBudget;
import io.tocsin.alert.sigma.RuleCompiler;
import io.tocsin.alert.sigma.SigmaException;
import io.tocsin.alert.sigma.SigmaRule;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The rules in force, compiled. A tenant's are read anew when their number in the database is another.
@ApplicationScoped
class RuleBook {

    private record Compiled(long generation, RuleSet rules) {}

    private final BuiltInRules builtIns;
    private final DetectionRepository detections;
    private final ObjectMapper json;
    private final RuleCompiler compiler = new RuleCompiler(EventFields.ALL);
    private final RuleSet untouched;
    private final Map<UUID, Compiled> byTenant = new ConcurrentHashMap<>();

    RuleBook(BuiltInRules builtIns, DetectionRepository detections, ObjectMapper json) {
        this.builtIns = builtIns;
        this.detections = detections;
        this.json = json;
        this.untouched = set(List.of());
    }

    /// The rules of the tenants as they are now; must be asked again for every look.
    Map<UUID, RuleSet> of(Iterable<UUID> tenants) {
        Map<UUID, Long> generations = detections.generations();
        var found = new HashMap<UUID, RuleSet>();
        for (UUID tenant : tenants) {
            Long generation = generations.get(tenant);
            if (generation == null) {
                byTenant.remove(tenant);
                found.put(tenant, untouched);
                continue;
            }
            Compiled known = byTenant.get(tenant);
            if (known == null || known.generation() != generation) {
                known = new Compiled(generation, set(detections.all(tenant)));
                byTenant.put(tenant, known);
            }
            found.put(tenant, known.rules());
        }
        return found;
    }

    /// @throws SigmaException saying what is wrong
    SigmaRule compile(String text) {
        return compiler.compile(text, RuleBudget.ofRule());
    }

    /// @throws SigmaException when one of them cannot be used
    List<EventTest> exclusions(int kind, String text) {
        return exclusions(kind, text, RuleBudget.ofRule());
    }

    private List<EventTest> exclusions(int kind, String text, RuleBudget budget) {
        try {
            var tests = new ArrayList<EventTest>();
            for (JsonNode exclusion : json.readTree(text)) {
                if (!exclusion.isObject() || exclusion.isEmpty()) {
                    throw new SigmaException("an exclusion is an object of fields and values, as a selection is");
                }
                tests.add(compiler.selection(kind, json.convertValue(exclusion, Map.class), budget));
            }
            return tests;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database holds broken JSON", impossible);
        }
    }

    /// The rule as it is in force by what is stored of it.
    ActiveRule active(StoredDetection stored) {
        return active(stored, RuleBudget.ofRule());
    }

    private ActiveRule active(StoredDetection stored, RuleBudget budget) {
        BuiltInRules.BuiltIn builtIn = builtIns.all().get(stored.id());
        SigmaRule rule = builtIn == null ? compiler.compile(stored.rule(), budget) : builtIn.rule();
        String severity = stored.severity() == null ? ActiveRule.severity(rule.level()) : stored.severity();
        var active = new ActiveRule(
                stored.id(), rule, builtIn != null, severity, exclusions(rule.kind(), stored.exclusions(), budget));
        budget.settle();
        return active;
    }

    /// Whether the tenant's rules may be these together.
    ///
    /// @param known the tenant's rules before
    /// @throws SigmaException when the changed one takes too much beside the others
    void check(List<StoredDetection> known, StoredDetection changed) {
        RuleBudget alone = RuleBudget.ofRule();
        active(changed, alone);
        if (alone.isTouched()) {
            RuleBudget tenant = RuleBudget.ofTenant();
            known.stream()
                    .filter(it -> it.enabled() && !it.id().equals(changed.id()))
                    .forEach(it -> add(new ArrayList<>(), it, tenant, new HashMap<>()));
            active(changed, tenant.ofOneRule());
        }
    }

    /// Why rules of the tenant that are switched on are not in force, by their ids.
    Map<String, String> problems(List<StoredDetection> stored) {
        var problems = new HashMap<String, String>();
        set(stored, problems);
        return problems;
    }

    private RuleSet set(List<StoredDetection> stored) {
        var problems = new HashMap<String, String>();
        RuleSet set = set(stored, problems);
        problems.forEach(
                (id, reason) -> Log.warnf("A rule cannot be used and is left out: rule=%s reason=%s", id, reason));
        return set;
    }

    private RuleSet set(List<StoredDetection> stored, Map<String, String> problems) {
        Map<String, StoredDetection> byId = stored.stream().collect(Collectors.toMap(StoredDetection::id, it -> it));
        var active = new ArrayList<ActiveRule>();
        RuleBudget budget = RuleBudget.ofTenant();
        builtIns.all()
                .keySet()
                .forEach(id -> add(active, byId.getOrDefault(id, StoredDetection.untouched(id)), budget, problems));
        stored.stream().filter(it -> it.rule() != null).forEach(it -> add(active, it, budget, problems));
        return new RuleSet(active);
    }

    /// A rule this build cannot use any more is left out and shown with its reason, and holds no other back.
    private void add(List<ActiveRule> active, StoredDetection stored, RuleBudget tenant, Map<String, String> problems) {
        if (!stored.enabled()) {
            return;
        }
        try {
            active.add(active(stored, tenant.ofOneRule()));
        } catch (SigmaException unusable) {
            problems.put(stored.id(), unusable.getMessage());
        }
    }
}
