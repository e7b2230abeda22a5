package io.tocsin.indicator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Our own view of the registry: pages by a cursor, single indicators, changes of one, and what was done to it.
@ApplicationScoped
class IndicatorCatalogue {

    private static final String VISIBLE = IndicatorRepository.ACTIVE;

    private static final String PAGE = "select " + IndicatorEntity.COLUMNS + " from indicator where " + VISIBLE
            + " and id > ? and (%s) order by id limit ?";

    private static final String ONE =
            "select " + IndicatorEntity.COLUMNS + " from indicator where " + VISIBLE + " and id = ?";

    private static final String HISTORY = """
            select at_ticks, actor, action, detail from audit_entry
            where tenant_id = ? and target = ? and action like 'indicator.%' and service = 'indicator-service'
            order by id desc limit 200
            """;

    /// What a change may name, and what it may not.
    private static final Set<String> CHANGEABLE = caseless(
            "title",
            "description",
            "severity",
            "expirationTime",
            "recommendedActions",
            "rbacGroupNames",
            "rbacGroupIds",
            "generateAlert",
            "educateUrl",
            "bypassDurationHours",
            "externalId",
            "category",
            "mitreTechniques");
    private static final Set<String> FIXED = caseless("indicatorValue", "indicatorType", "action", "application");

    private final Statements statements;
    private final IndicatorRepository indicators;
    private final Audit audit;
    private final ObjectMapper json;

    IndicatorCatalogue(Statements statements, IndicatorRepository indicators, Audit audit, ObjectMapper json) {
        this.statements = statements;
        this.indicators = indicators;
        this.audit = audit;
        this.json = json;
    }

    private static Set<String> caseless(String... names) {
        var set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Arrays.asList(names));
        return set;
    }

    @Transactional
    List<IndicatorEntity> page(Caller caller, IndicatorFilter filter, long after, int most) {
        List<Object> parameters = visible(caller);
        parameters.add(after);
        parameters.addAll(filter.parameters());
        parameters.add(most);
        return statements.list(PAGE.formatted(filter.where()), IndicatorEntity::of, parameters.toArray());
    }

    @Transactional
    IndicatorView get(Caller caller, String id) {
        return IndicatorView.of(one(caller, id, ""));
    }

    private IndicatorEntity one(Caller caller, String id, String lock) {
        if (!IndicatorService.ID.matcher(id).matches()) {
            throw notFound(id);
        }
        List<Object> parameters = visible(caller);
        parameters.add(Long.parseLong(id));
        return statements.list(ONE + lock, IndicatorEntity::of, parameters.toArray()).stream()
                .findFirst()
                .orElseThrow(() -> notFound(id));
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(IndicatorProblem.INDICATOR_NOT_FOUND, "Indicator " + id + " was not found");
    }

    private static List<Object> visible(Caller caller) {
        String owner = IndicatorService.owner(caller);
        return new ArrayList<>(Arrays.asList(caller.tenant(), WireTime.now().ticks(), owner, owner));
    }

    /// Changes some of an indicator; null takes away what may be away.
    @Transactional
    IndicatorView change(Caller caller, String id, JsonNode patch) {
        IndicatorEntity before = one(caller, id, " for update");
        WireTime now = WireTime.now();
        CheckedIndicator checked = CheckedIndicator.of(merged(before, patch), now, CheckedIndicator.Form.OWN);
        IndicatorEntity after = indicators.replace(caller, before, checked, now);
        var change = new IndicatorChange(before, after);
        audit.record(caller.tenant(), caller.name(), "indicator.submit", id, change.detail());
        return IndicatorView.of(after);
    }

    private SubmitIndicatorRequest merged(IndicatorEntity before, JsonNode patch) {
        if (!patch.isObject()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "A change is a JSON object");
        }
        ObjectNode all = json.valueToTree(IndicatorView.of(before));
        Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        CHANGEABLE.forEach(name -> names.put(name, name));
        patch.properties().forEach(property -> {
            if (FIXED.contains(property.getKey())) {
                throw new ProblemException(
                        CommonProblem.INVALID_INPUT,
                        property.getKey() + " cannot be changed: it is part of what the indicator is");
            }
            String name = names.get(property.getKey());
            if (name != null) {
                all.set(name, property.getValue());
            }
        });
        try {
            return json.treeToValue(all, SubmitIndicatorRequest.class);
        } catch (JsonProcessingException wrong) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "A property has a value that is not acceptable");
        }
    }

    /// The audit's rows of it. Of one that is gone only for who sees all.
    @Transactional
    HistoryView history(Caller caller, String id) {
        if (IndicatorService.owner(caller) != null) {
            one(caller, id, "");
        }
        List<HistoryView.Change> changes = statements.list(
                HISTORY,
                row -> {
                    JsonNode detail = tree(row.getString("detail"));
                    return new HistoryView.Change(
                            new WireTime(row.getLong("at_ticks")),
                            row.getString("actor"),
                            row.getString("action"),
                            detail.get("before"),
                            detail.get("after"));
                },
                caller.tenant(),
                id);
        if (changes.isEmpty()) {
            throw notFound(id);
        }
        return new HistoryView(changes);
    }

    private JsonNode tree(String text) {
        try {
            return text == null ? json.createObjectNode() : json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
