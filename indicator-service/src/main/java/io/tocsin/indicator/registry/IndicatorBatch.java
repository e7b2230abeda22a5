package io.tocsin.indicator.registry;

import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.Permission;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.IndicatorIndex;
import io.tocsin.indicator.index.KeyTable;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/// Stores many indicators in one transaction by a handful of statements (docs/adr/042): those that are there are
/// locked
/// and
/// replaced, the others inserted, with the change rows and the audit of all.
@ApplicationScoped
class IndicatorBatch {

    /// What makes an indicator the same one (contract 50 §3).
    private record Key(IndicatorType type, String value, IndicatorAction action) {

        static Key of(CheckedIndicator it) {
            return new Key(it.type(), it.matchValue(), it.action());
        }
    }

    /// What is stored, in the name of whom.
    ///
    /// @param skipUnchanged leave alone what is there already just so: for lists that are sent again and again
    record Order(Caller caller, Audit.Origin origin, boolean skipUnchanged) {}

    private static final String LOCK = "select " + IndicatorEntity.COLUMNS_OF_I + """
            from indicator i join unnest(?, ?, ?) as k (type, value, action)
                on i.indicator_type = k.type and i.match_value = k.value and i.action = k.action
            where i.tenant_id = ? order by i.id for update of i
            """;

    /// All arrays in one `unnest`: joining two is work for nothing.
    private static final String GIVEN = """
            unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, %s) with ordinality as g (indicator_value, severity, category,
                educate_url, bypass_duration_hours, title, description, recommended_actions, expiration_ticks,
                rbac_group_names, rbac_group_ids, mitre_techniques, generate_alert, external_id, %s, position)
            """;

    private static final String INSERT =
            """
            with changed as (
                insert into indicator (tenant_id, indicator_type, match_value, action, application, created_by,
                    created_by_display_name, creation_ticks, last_update_ticks, indicator_value, severity, category,
                    educate_url, bypass_duration_hours, title, description, recommended_actions, expiration_ticks,
                    rbac_group_names, rbac_group_ids, mitre_techniques, generate_alert, external_id)
                select ?, g.type, g.value, g.action, g.application, ?, ?, ?, ?, g.indicator_value, g.severity, g.category,
                    g.educate_url, g.bypass_duration_hours, g.title, g.description, g.recommended_actions,
                    g.expiration_ticks, g.rbac_group_names::text[], g.rbac_group_ids::text[],
                    g.mitre_techniques::text[], g.generate_alert, g.external_id
                from %s order by g.position
                on conflict (tenant_id, indicator_type, match_value, action) do nothing
                returning tenant_id, id, indicator_type, match_value, action),
            told as (
                insert into indicator_change (tenant_id, indicator_id, removed, at_ticks)
                select tenant_id, id, false, ? from changed)
            select id, indicator_type, match_value, action from changed
            """.formatted(GIVEN.formatted("?, ?, ?, ?", "type, value, action, application"));

    private static final String UPDATE = """
            with changed as (
                update indicator i set indicator_value = g.indicator_value, severity = g.severity, category = g.category,
                    educate_url = g.educate_url, bypass_duration_hours = g.bypass_duration_hours, title = g.title,
                    description = g.description, recommended_actions = g.recommended_actions,
                    expiration_ticks = g.expiration_ticks, rbac_group_names = g.rbac_group_names::text[],
                    rbac_group_ids = g.rbac_group_ids::text[], mitre_techniques = g.mitre_techniques::text[],
                    generate_alert = g.generate_alert, external_id = g.external_id,
                    last_update_ticks = greatest(?, i.last_update_ticks + 1), last_updated_by = ?
                from %s
                where i.tenant_id = ? and i.id = g.id
                returning i.tenant_id, i.id)
            insert into indicator_change (tenant_id, indicator_id, removed, at_ticks)
            select tenant_id, id, false, ? from changed
            """.formatted(GIVEN.formatted("?", "id"));

    private final Statements statements;
    private final Room room;
    private final Audit audit;
    private final IndicatorIndex index;

    IndicatorBatch(Statements statements, Room room, Audit audit, IndicatorIndex index) {
        this.statements = statements;
        this.room = room;
        this.audit = audit;
        this.index = index;
    }

    /// One outcome for each, in their order.
    ///
    /// @throws ProblemException when the tenant would hold too many: nothing is stored
    @Transactional
    List<Outcome> store(Order order, List<CheckedIndicator> items) {
        return together(order, items);
    }

    /// The same, after something else in the transaction.
    @Transactional
    List<Outcome> store(Order order, List<CheckedIndicator> items, Runnable first) {
        first.run();
        return together(order, items);
    }

    private List<Outcome> together(Order order, List<CheckedIndicator> items) {
        var run = new Run(order, items, WireTime.now());
        List<Integer> left = run.first(run.all());
        while (!left.isEmpty()) {
            left = run.round(left);
        }
        run.finish();
        return Arrays.asList(run.outcomes);
    }

    private final class Run {

        private final Order order;
        private final List<CheckedIndicator> items;
        private final WireTime now;
        private final Outcome[] outcomes;
        private final Map<Integer, IndicatorChange> changes = new TreeMap<>(); // by the item's place
        private long highest;

        Run(Order order, List<CheckedIndicator> items, WireTime now) {
            this.order = order;
            this.items = items;
            this.now = now;
            this.outcomes = new Outcome[items.size()];
        }

        /// In the order of their keys, so that two that store the same do not wait for each other in a circle.
        List<Integer> all() {
            var all = new ArrayList<Integer>(items.size());
            for (int i = 0; i < items.size(); i++) {
                all.add(i);
            }
            all.sort(Comparator.<Integer, String>comparing(i -> items.get(i).matchValue())
                    .thenComparing(i -> items.get(i).type())
                    .thenComparing(i -> items.get(i).action()));
            return all;
        }

        /// Most of a list nobody has sent before is new. What the index of this replica knows nothing of is inserted
        /// without a look whether it is there: to look takes PostgreSQL as long as a tenth of the insert.
        ///
        /// @return those that are left, also what was there after all
        List<Integer> first(List<Integer> all) {
            BitSet there = index.mayHold(
                    order.caller().tenant(),
                    items.stream()
                            .map(it -> new IndicatorIndex.Named(it.type(), it.matchValue()))
                            .toList());
            var seen = new HashSet<Key>();
            var added = new ArrayList<Integer>();
            var left = new ArrayList<Integer>();
            for (int i : all) {
                (!there.get(i) && seen.add(Key.of(items.get(i))) ? added : left).add(i);
            }
            left.addAll(insert(added));
            return left;
        }

        /// Stores the first of each key.
        ///
        /// @return those that are left: further ones of a key, and those somebody else was first with just now
        List<Integer> round(List<Integer> left) {
            Map<Key, Integer> round = new LinkedHashMap<>();
            var later = new ArrayList<Integer>();
            for (int i : left) {
                if (round.putIfAbsent(Key.of(items.get(i)), i) != null) {
                    later.add(i);
                }
            }
            Map<Key, IndicatorEntity> there =
                    lock(round.values().stream().map(items::get).toList());
            var added = new ArrayList<Integer>();
            var replaced = new ArrayList<Integer>();
            var before = new ArrayList<IndicatorEntity>();
            round.forEach((key, i) -> {
                IndicatorEntity known = there.get(key);
                if (known == null) {
                    added.add(i);
                } else if (mayReplace(known, i)) {
                    replaced.add(i);
                    before.add(known);
                }
            });
            replace(replaced, before);
            later.addAll(insert(added));
            return later;
        }

        private boolean mayReplace(IndicatorEntity known, int i) {
            if (!order.caller().has(Permission.TI_READ_WRITE_ALL)
                    && !order.caller().name().equals(known.createdBy)) {
                outcomes[i] = new Outcome.Refused(new ProblemException(
                        CommonProblem.FORBIDDEN, "Another application owns the indicator of this value and action"));
                return false;
            }
            if (order.skipUnchanged() && items.get(i).isJust(known)) {
                outcomes[i] = new Outcome.Stored(known.id, Outcome.Effect.UNCHANGED);
                return false;
            }
            return true;
        }

        private Map<Key, IndicatorEntity> lock(List<CheckedIndicator> round) {
            var there = new HashMap<Key, IndicatorEntity>();
            statements
                    .list(
                            LOCK,
                            IndicatorEntity::of,
                            texts(round, it -> it.type().name()),
                            texts(round, CheckedIndicator::matchValue),
                            texts(round, it -> it.action().name()),
                            order.caller().tenant())
                    .forEach(it -> there.put(
                            new Key(
                                    IndicatorType.valueOf(it.indicatorType),
                                    it.matchValue,
                                    IndicatorAction.valueOf(it.action)),
                            it));
            return there;
        }

        private void replace(List<Integer> positions, List<IndicatorEntity> before) {
            if (positions.isEmpty()) {
                return;
            }
            List<CheckedIndicator> given = positions.stream().map(items::get).toList();
            var parameters =
                    new ArrayList<Object>(List.of(now.ticks(), order.caller().name()));
            parameters.addAll(content(given));
            parameters.add(before.stream().map(it -> it.id).toArray(Long[]::new));
            parameters.add(order.caller().tenant());
            parameters.add(now.ticks());
            statements.update(UPDATE, parameters.toArray());
            for (int i = 0; i < positions.size(); i++) {
                IndicatorEntity known = before.get(i);
                outcomes[positions.get(i)] = new Outcome.Stored(known.id, Outcome.Effect.UPDATED);
                changes.put(
                        positions.get(i),
                        new IndicatorChange(known, given.get(i).replacing(known)));
            }
        }

        private List<Integer> insert(List<Integer> positions) {
            if (positions.isEmpty()) {
                return List.of();
            }
            List<CheckedIndicator> given = positions.stream().map(items::get).toList();
            Caller caller = order.caller();
            var parameters = new ArrayList<Object>();
            parameters.add(caller.tenant());
            parameters.add(caller.name());
            parameters.add(caller.displayName());
            parameters.add(now.ticks());
            parameters.add(now.ticks());
            parameters.addAll(content(given));
            parameters.add(texts(given, it -> it.type().name()));
            parameters.add(texts(given, CheckedIndicator::matchValue));
            parameters.add(texts(given, it -> it.action().name()));
            parameters.add(texts(given, it -> it.request().application()));
            parameters.add(now.ticks());
            var ids = new HashMap<Key, Long>();
            statements.list(INSERT, row -> ids.put(key(row), row.getLong(1)), parameters.toArray());
            var left = new ArrayList<Integer>();
            for (int i : positions) {
                CheckedIndicator it = items.get(i);
                Long id = ids.get(Key.of(it));
                if (id == null) {
                    left.add(i);
                } else {
                    highest = Math.max(highest, id);
                    outcomes[i] = new Outcome.Stored(id, Outcome.Effect.CREATED);
                    changes.put(i, new IndicatorChange(null, it.creating(caller, id, now)));
                }
            }
            return left;
        }

        void finish() {
            UUID tenant = order.caller().tenant();
            if (highest > 0) {
                room.require(tenant, highest);
            }
            record(tenant);
            List<KeyTable.Change> forIndex = changes.values().stream()
                    .filter(it -> it.isNew())
                    .map(IndicatorChange::forIndex)
                    .toList();
            index.willChange(forIndex);
        }

        /// A row each for what was replaced, but one for a hundred that are new.
        private void record(UUID tenant) {
            var entries = new ArrayList<Audit.Entry>();
            var made = new ArrayList<CreatedTogether.Made>();
            boolean together = changes.values().stream()
                            .filter(IndicatorChange::isNew)
                            .limit(2)
                            .count()
                    == 2;
            changes.forEach((position, it) -> {
                boolean overridden = items.get(position).overridden();
                if (together && it.isNew()) {
                    made.add(new CreatedTogether.Made(it.after(), overridden));
                    return;
                }
                Map<String, Object> detail = it.detail();
                if (overridden) {
                    detail.put("overridden", true);
                }
                entries.add(
                        new Audit.Entry(tenant, order.origin(), "indicator.submit", Long.toString(it.id()), detail));
            });
            for (int from = 0; from < made.size(); from += CreatedTogether.MOST) {
                int to = Math.min(made.size(), from + CreatedTogether.MOST);
                entries.add(new Audit.Entry(
                        tenant,
                        order.origin(),
                        CreatedTogether.ACTION,
                        CreatedTogether.target(now),
                        new CreatedTogether(made.subList(from, to)).detail()));
            }
            audit.recordAll(entries);
        }
    }

    private static Key key(ResultSet row) throws SQLException {
        return new Key(
                IndicatorType.valueOf(row.getString(2)), row.getString(3), IndicatorAction.valueOf(row.getString(4)));
    }

    /// The columns of [#GIVEN].
    private static List<Object> content(List<CheckedIndicator> given) {
        return List.of(
                texts(given, CheckedIndicator::answeredValue),
                texts(given, CheckedIndicator::severity),
                given.stream().map(CheckedIndicator::category).toArray(Integer[]::new),
                texts(given, it -> it.request().educateUrl()),
                given.stream().map(it -> it.request().bypassDurationHours()).toArray(Integer[]::new),
                texts(given, it -> it.request().title()),
                texts(given, it -> it.request().description()),
                texts(given, it -> it.request().recommendedActions()),
                given.stream()
                        .map(it -> Optional.ofNullable(it.request().expirationTime())
                                .map(WireTime::ticks)
                                .orElse(null))
                        .toArray(Long[]::new),
                texts(given, it -> literal(it.rbacGroupNames())),
                texts(given, it -> literal(it.rbacGroupIds())),
                texts(given, it -> literal(it.mitreTechniques())),
                given.stream().map(CheckedIndicator::generateAlert).toArray(Boolean[]::new),
                texts(given, it -> it.request().externalId()));
    }

    private static String[] texts(List<CheckedIndicator> given, Function<CheckedIndicator, String> property) {
        return given.stream().map(property).toArray(String[]::new);
    }

    /// A `text[]` as PostgreSQL reads it: an array of arrays would have to have rows of one length.
    private static String literal(List<String> values) {
        var literal = new StringBuilder("{");
        for (String value : values) {
            literal.append(literal.length() == 1 ? "\"" : ",\"")
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return literal.append('}').toString();
    }
}
