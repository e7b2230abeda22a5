package io.tocsin.indicator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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

    private static final String CREATED = "select creation_ticks from indicator where tenant_id = ? and id = ?";

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

    private static final int MOST_CHANGES = 200;

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
        if (!IndicatorService.ID.matcher(id).matches()) {
            throw notFound(id);
        }
        if (IndicatorService.owner(caller) != null) {
            one(caller, id, "");
        }
        List<Recorded> own = recorded(caller, id);
        List<HistoryView.Change> changes =
                own.stream().map(Recorded::asItIs).collect(Collectors.toCollection(ArrayList::new));
        created(caller, Long.parseLong(id), own)
                .ifPresent(time -> recorded(caller, CreatedTogether.target(time)).stream()
                        .flatMap(it -> it.creationOf(id).stream())
                        .forEach(changes::add));
        if (changes.isEmpty()) {
            throw notFound(id);
        }
        return new HistoryView(changes.stream().limit(MOST_CHANGES).toList());
    }

    private record Recorded(WireTime time, String actor, String action, JsonNode detail) {

        HistoryView.Change asItIs() {
            return new HistoryView.Change(time, actor, action, detail.get("before"), detail.get("after"));
        }

        Optional<HistoryView.Change> creationOf(String id) {
            return CreatedTogether.after(detail, id)
                    .map(after -> new HistoryView.Change(time, actor, action, NullNode.instance, after));
        }
    }

    private List<Recorded> recorded(Caller caller, String target) {
        return statements.list(
                HISTORY,
                row -> new Recorded(
                        new WireTime(row.getLong("at_ticks")),
                        row.getString("actor"),
                        row.getString("action"),
                        tree(row.getString("detail"))),
                caller.tenant(),
                target);
    }

    /// When it was made: of one that is gone its end tells.
    private Optional<WireTime> created(Caller caller, long id, List<Recorded> own) {
        return statements.list(CREATED, row -> new WireTime(row.getLong(1)), caller.tenant(), id).stream()
                .findFirst()
                .or(() -> own.stream()
                        .map(it -> it.detail().path("createdTicks"))
                        .filter(JsonNode::isIntegralNumber)
                        .findFirst()
                        .map(ticks -> new WireTime(ticks.asLong())));
    }

    private JsonNode tree(String text) {
        try {
            return text == null ? json.createObjectNode() : json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
