package io.tocsin.alert.detection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.sigma.SigmaException;
import io.tocsin.alert.sigma.SigmaRule;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// The rules of a tenant: built-in ones, which it may switch, weigh and exempt from, and its own.
@ApplicationScoped
class DetectionService {

    private static final int MOST_RULES = 500;
    private static final int MOST_EXCLUSIONS = 100;
    private static final Set<String> SEVERITIES = Set.of("Informational", "Low", "Medium", "High");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final BuiltInRules builtIns;
    private final DetectionRepository detections;
    private final RuleBook rules;
    private final DeviceScopes scopes;
    private final Audit audit;
    private final ObjectMapper json;

    DetectionService(
            BuiltInRules builtIns,
            DetectionRepository detections,
            RuleBook rules,
            DeviceScopes scopes,
            Audit audit,
            ObjectMapper json) {
        this.builtIns = builtIns;
        this.detections = detections;
        this.rules = rules;
        this.scopes = scopes;
        this.audit = audit;
        this.json = json;
    }

    @Transactional
    DetectionView.All all(UUID tenant) {
        Map<String, StoredDetection> stored = new LinkedHashMap<>();
        List<StoredDetection> known = detections.all(tenant);
        known.forEach(it -> stored.put(it.id(), it));
        Map<String, String> problems = rules.problems(known);
        Map<String, DetectionRepository.Rate> rates = detections.rates(tenant);
        var views = new ArrayList<DetectionView>();
        builtIns.all().keySet().forEach(id -> {
            StoredDetection own = stored.remove(id);
            views.add(view(own == null ? StoredDetection.untouched(id) : own, rates, problems, false));
        });
        stored.values().stream()
                .filter(it -> it.rule() != null)
                .forEach(it -> views.add(view(it, rates, problems, false)));
        return new DetectionView.All(views);
    }

    @Transactional
    DetectionView get(UUID tenant, String id) {
        return view(find(tenant, id), detections.rates(tenant), rules.problems(detections.all(tenant)), true);
    }

    /// The tenant's new rule, in force at once.
    @Transactional
    DetectionView create(Caller caller, String document) {
        UUID tenant = reaching(caller);
        SigmaRule rule = compile(document);
        String id = rule.id() == null ? UUID.randomUUID().toString() : id(rule.id());
        detections.lock(tenant);
        List<StoredDetection> known = detections.all(tenant);
        if (known.stream().filter(it -> it.rule() != null).count() >= MOST_RULES) {
            throw invalid("A tenant has at most " + MOST_RULES + " detections of its own");
        }
        if (builtIns.all().containsKey(id)
                || known.stream().anyMatch(it -> it.id().equals(id))) {
            throw invalid("id " + id + " is taken; PUT replaces a detection");
        }
        WireTime now = WireTime.now();
        var created = new StoredDetection(id, document, true, null, "[]", caller.name(), now, caller.name(), now);
        checkTogether(known, created);
        detections.store(tenant, created);
        audit.record(tenant, caller.name(), "detection.create", id, changes(null, created));
        return get(tenant, id);
    }

    /// Another document in the place of the tenant's own rule.
    @Transactional
    DetectionView replace(Caller caller, String id, String document) {
        UUID tenant = reaching(caller);
        detections.lock(tenant);
        StoredDetection before = own(tenant, id, "replaced: PATCH changes what a tenant can of it");
        SigmaRule rule = compile(document);
        if (rule.id() != null && !id(rule.id()).equals(id)) {
            throw invalid("The document's id is not that of the detection");
        }
        var after = new StoredDetection(
                id,
                document,
                before.enabled(),
                before.severity(),
                before.exclusions(),
                before.createdBy(),
                before.created(),
                caller.name(),
                WireTime.now());
        check(rule, after.exclusions());
        if (after.enabled()) {
            checkTogether(detections.all(tenant), after);
        }
        detections.store(tenant, after);
        audit.record(tenant, caller.name(), "detection.update", id, changes(before, after));
        return get(tenant, id);
    }

    @Transactional
    DetectionView change(Caller caller, String id, DetectionChange change) {
        if (change.isEmpty()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body names nothing to update");
        }
        UUID tenant = reaching(caller);
        detections.lock(tenant);
        StoredDetection before = find(tenant, id);
        boolean exclude = change.exclusions() != null && !change.exclusions().isNull();
        var after = new StoredDetection(
                id,
                before.rule(),
                change.enabled() == null ? before.enabled() : change.enabled(),
                change.severity() == null ? before.severity() : severity(change.severity()),
                exclude ? exclusions(change.exclusions()) : before.exclusions(),
                before.createdBy(),
                before.created(),
                caller.name(),
                WireTime.now());
        if (exclude) {
            check(rule(after), after.exclusions());
        }
        if (after.enabled() && (exclude || !before.enabled())) {
            checkTogether(detections.all(tenant), after);
        }
        detections.store(tenant, after);
        audit.record(tenant, caller.name(), "detection.update", id, changes(before, after));
        return get(tenant, id);
    }

    @Transactional
    void delete(Caller caller, String id) {
        UUID tenant = reaching(caller);
        detections.lock(tenant);
        StoredDetection before = own(tenant, id, "deleted: PATCH switches it off");
        detections.remove(tenant, id);
        audit.record(tenant, caller.name(), "detection.delete", id, changes(before, null));
    }

    /// The tenant of a caller that reaches all of its machines: a rule is held against the events of each.
    private UUID reaching(Caller caller) {
        if (!scopes.of(caller).isEverything()) {
            throw new ProblemException(
                    AlertProblem.POLICY_BEYOND_REACH,
                    "Detections are about machines of device groups closed to the caller");
        }
        return caller.tenant();
    }

    /// The rule of a dry run: of a document, or one there is, as it is in force.
    @Transactional
    ActiveRule toTry(UUID tenant, DryRunRequest request) {
        boolean document = request.rule() != null && !request.rule().isNull();
        if (document == (request.id() != null)) {
            throw new ProblemException(
                    CommonProblem.MISSING_REQUIRED_PARAMETER, "Either rule or id is needed, and not both");
        }
        if (!document) {
            StoredDetection stored = find(tenant, request.id());
            try {
                return rules.active(stored);
            } catch (SigmaException wrong) {
                throw invalid(wrong.getMessage());
            }
        }
        SigmaRule rule = compile(
                request.rule().isTextual()
                        ? request.rule().asText()
                        : request.rule().toString());
        return new ActiveRule("dry-run", rule, false, ActiveRule.severity(rule.level()), List.of());
    }

    private SigmaRule compile(String document) {
        try {
            return rules.compile(document);
        } catch (SigmaException wrong) {
            throw invalid(wrong.getMessage());
        }
    }

    private void check(SigmaRule rule, String exclusions) {
        try {
            rules.exclusions(rule.kind(), exclusions);
        } catch (SigmaException wrong) {
            throw invalid("exclusions: " + wrong.getMessage());
        }
    }

    private void checkTogether(List<StoredDetection> known, StoredDetection changed) {
        try {
            rules.check(known, changed);
        } catch (SigmaException wrong) {
            throw invalid(wrong.getMessage());
        }
    }

    private SigmaRule rule(StoredDetection stored) {
        BuiltInRules.BuiltIn builtIn = builtIns.all().get(stored.id());
        return builtIn == null ? compile(stored.rule()) : builtIn.rule();
    }

    private static String exclusions(JsonNode exclusions) {
        if (!exclusions.isArray() || exclusions.size() > MOST_EXCLUSIONS) {
            throw invalid("exclusions is an array of at most " + MOST_EXCLUSIONS + " objects");
        }
        return exclusions.toString();
    }

    private static String severity(String severity) {
        if (severity.isBlank()) {
            return null;
        }
        return SEVERITIES.stream()
                .filter(known -> known.equalsIgnoreCase(severity.strip()))
                .findFirst()
                .orElseThrow(() -> invalid(
                        "severity is none of " + SEVERITIES.stream().sorted().toList()));
    }

    private static String id(String id) {
        String canonical = id.strip().toLowerCase(Locale.ROOT);
        if (!ID.matcher(canonical).matches()) {
            throw invalid("id is not a UUID");
        }
        return canonical;
    }

    private StoredDetection own(UUID tenant, String id, String refusal) {
        StoredDetection stored = find(tenant, id);
        if (stored.rule() == null) {
            throw invalid("A built-in detection cannot be " + refusal);
        }
        return stored;
    }

    private StoredDetection find(UUID tenant, String id) {
        return detections.find(tenant, id).orElseGet(() -> {
            if (!builtIns.all().containsKey(id)) {
                throw new ProblemException(AlertProblem.DETECTION_NOT_FOUND, "Detection " + id + " was not found");
            }
            return StoredDetection.untouched(id);
        });
    }

    private DetectionView view(
            StoredDetection it,
            Map<String, DetectionRepository.Rate> rates,
            Map<String, String> problems,
            boolean whole) {
        BuiltInRules.BuiltIn builtIn = builtIns.all().get(it.id());
        SigmaRule rule = null;
        String problem = null;
        try {
            rule = builtIn == null ? rules.compile(it.rule()) : builtIn.rule();
            rules.exclusions(rule.kind(), it.exclusions());
        } catch (SigmaException unusable) {
            problem = unusable.getMessage();
        }
        problem = problems.getOrDefault(it.id(), problem);
        String own = rule == null ? null : ActiveRule.severity(rule.level());
        DetectionRepository.Rate rate = rates.getOrDefault(it.id(), DetectionRepository.Rate.NONE);
        return new DetectionView(
                it.id(),
                rule == null ? it.id() : rule.title(),
                rule == null ? "" : rule.description(),
                builtIn == null ? "Custom" : "BuiltIn",
                it.enabled(),
                it.severity() == null ? own : it.severity(),
                own,
                rule == null ? null : Attack.category(rule.tags()),
                rule == null ? List.of() : Attack.techniques(rule.tags()),
                rule == null ? null : LogSourceView.of(rule.source()),
                rule == null ? List.of() : rule.falsePositives(),
                read(it.exclusions()),
                problem,
                rate.raised(),
                rate.suppressed(),
                it.createdBy(),
                it.created(),
                it.lastUpdatedBy(),
                it.lastUpdate(),
                !whole ? null : builtIn == null ? it.rule() : builtIn.text());
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException impossible) {
            return JsonNodeFactory.instance.arrayNode();
        }
    }

    private Map<String, Object> changes(StoredDetection before, StoredDetection after) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", before == null ? null : state(before));
        detail.put("after", after == null ? null : state(after));
        return detail;
    }

    private Map<String, Object> state(StoredDetection it) {
        var state = new LinkedHashMap<String, Object>();
        state.put("enabled", it.enabled());
        state.put("severity", it.severity());
        state.put("exclusions", read(it.exclusions()));
        state.put("rule", it.rule());
        return state;
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
