package io.tocsin.indicator.taxii;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.db.Statements;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.registry.IndicatorRow;
import io.tocsin.indicator.registry.IndicatorView;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Indicators with the objects they came as, in the order of their last change.
@ApplicationScoped
class StixRepository {

    /// @param sent the object it came as, or null
    /// @param asSent whether nothing has changed since
    record Row(IndicatorView indicator, WireTime changed, ObjectNode sent, boolean asSent) {}

    private static final String SELECT = "select " + IndicatorRow.COLUMNS + """
            , s.object::text as sent, s.stored_ticks, case when s.object is not null then array(
                select x.indicator_type || ' ' || x.indicator_value
                from indicator_stix f join indicator x on x.tenant_id = f.tenant_id and x.id = f.indicator_id
                where f.tenant_id = s.tenant_id and f.stix_id = s.stix_id order by f.ordinal) end as remaining
            from indicator i left join indicator_stix s on s.tenant_id = i.tenant_id and s.indicator_id = i.id
            where i.tenant_id = ? and (i.expiration_ticks is null or i.expiration_ticks > ?)
                and (s.ordinal is null or s.ordinal = 0 or not exists (select from indicator_stix f
                    where f.tenant_id = s.tenant_id and f.stix_id = s.stix_id and f.ordinal = 0)) and
            """;

    private static final String PAGE = """
            %s and (i.last_update_ticks, i.id) > (?, ?) and i.last_update_ticks < ? order by i.last_update_ticks, i.id limit ?
            """;

    private static final String HAND_ON = """
            update indicator_stix s set ordinal = 0, object = f.object
            from indicator_stix f
            where f.tenant_id = ? and f.stix_id <> ? and f.ordinal = 0 and f.indicator_id = any(?)
                and s.tenant_id = f.tenant_id and s.stix_id = f.stix_id and s.ordinal = (
                    select min(n.ordinal) from indicator_stix n
                    where n.tenant_id = f.tenant_id and n.stix_id = f.stix_id and n.indicator_id <> all(?))
            """;

    /// When the oldest transaction of this service that may still write began. Who asks for what came behind the last
    /// time he was told would never hear of what such a one commits: its time is before.
    private static final String OLDEST_WRITER = """
            select coalesce(min(extract(epoch from xact_start) * 1e7)::bigint, ?) from pg_stat_activity
            where datname = current_database() and usename = session_user and pid <> pg_backend_pid()
                and (backend_xid is not null or state = 'idle in transaction' or wait_event_type = 'Lock')
            """;

    private final Statements statements;
    private final ObjectMapper json;

    StixRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    List<String> groups(UUID tenant) {
        return statements.list(
                "select distinct unnest(rbac_group_names) from indicator where tenant_id = ? and rbac_group_names <> '{}' order by 1 limit 1000",
                row -> row.getString(1),
                tenant);
    }

    /// Before that time nothing will be found that is not there now.
    ///
    /// @param margin by which clocks differ
    long settled(Duration margin) {
        long now = WireTime.now().ticks();
        long oldest = statements.list(OLDEST_WRITER, row -> row.getLong(1), now).getFirst();
        return Math.min(now, oldest) - margin.toNanos() / 100;
    }

    /// @param settled up to that time, which is in none of them
    List<Row> page(UUID tenant, TaxiiCollection collection, long ticks, long id, long settled, int most) {
        List<Object> parameters = parameters(tenant, collection);
        parameters.addAll(List.of(ticks, id, settled, most));
        return statements.list(SELECT + PAGE.formatted(collection.condition()), this::row, parameters.toArray());
    }

    /// Those of this identifier.
    List<Row> find(UUID tenant, TaxiiCollection collection, String stixId) {
        List<Object> parameters = parameters(tenant, collection);
        parameters.add(stixId);
        parameters.add(StixId.number(stixId).orElse(-1));
        return statements
                .list(
                        SELECT + collection.condition() + " and (s.stix_id = ? or (s.stix_id is null and i.id = ?))",
                        this::row,
                        parameters.toArray())
                .stream()
                .filter(it -> it.sent() != null || stixId.equals(own(tenant, it.indicator())))
                .toList();
    }

    private static String own(UUID tenant, IndicatorView it) {
        return StixId.of(tenant, Long.parseLong(it.id()), it.creationTimeDateTimeUtc());
    }

    private static List<Object> parameters(UUID tenant, TaxiiCollection collection) {
        List<Object> parameters = new ArrayList<>(List.of(tenant, WireTime.now().ticks()));
        Optional.ofNullable(collection.group()).ifPresent(parameters::add);
        return parameters;
    }

    private Row row(ResultSet row) throws SQLException {
        IndicatorView indicator = IndicatorRow.view(row);
        String text = row.getString("sent");
        if (text == null) {
            return new Row(indicator, indicator.lastUpdateTime(), null, false);
        }
        ObjectNode sent = object(text);
        List<String> remaining = Statements.strings(row, "remaining");
        boolean whole = StixPattern.values(sent.path("pattern").asText()) <= remaining.size();
        boolean asStored =
                row.getLong("stored_ticks") == indicator.lastUpdateTime().ticks();
        return new Row(
                indicator,
                indicator.lastUpdateTime(),
                whole ? sent : sent.put("pattern", pattern(remaining)),
                whole && asStored);
    }

    /// Of an object some of whose values were deleted, or are another's now: what is left of it.
    private static String pattern(List<String> remaining) {
        return remaining.stream()
                .map(it -> it.split(" ", 2))
                .map(it -> StixPattern.of(IndicatorType.spelled(it[0]), it[1]))
                .collect(Collectors.joining(" OR "));
    }

    private ObjectNode object(String text) {
        try {
            return (ObjectNode) json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }

    /// The ids of the indicators an object stands for.
    List<Long> indicators(UUID tenant, String stixId) {
        List<Long> sent = statements.list(
                "select s.indicator_id from indicator_stix s join indicator i on i.tenant_id = s.tenant_id and i.id = s.indicator_id"
                        + " where s.tenant_id = ? and s.stix_id = ? order by s.ordinal",
                row -> row.getLong(1),
                tenant,
                stixId);
        return sent.isEmpty() ? own(tenant, stixId) : sent;
    }

    /// The one that has this identifier because it came without one.
    private List<Long> own(UUID tenant, String stixId) {
        return statements
                .list(
                        "select id, creation_ticks from indicator i where tenant_id = ? and id = ? and not exists"
                                + " (select from indicator_stix s where s.tenant_id = i.tenant_id and s.indicator_id = i.id)",
                        row -> Map.entry(row.getLong(1), Statements.time(row, "creation_ticks")),
                        tenant,
                        StixId.number(stixId).orElse(-1))
                .stream()
                .filter(it -> stixId.equals(StixId.of(tenant, it.getKey(), it.getValue())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The version that is held of an object.
    Optional<ObjectNode> held(UUID tenant, String stixId) {
        return statements
                .list(
                        "select object::text from indicator_stix where tenant_id = ? and stix_id = ? and ordinal = 0",
                        row -> object(row.getString(1)),
                        tenant,
                        stixId)
                .stream()
                .findFirst();
    }

    /// Keeps what was sent beside what became of it. Another object that spoke of one of them, and of others too, is
    /// kept
    /// beside the next of these.
    void keep(UUID tenant, String stixId, List<Long> indicators, ObjectNode object) {
        Long[] ids = indicators.toArray(Long[]::new);
        statements.update(HAND_ON, tenant, stixId, ids, ids);
        statements.update(
                "delete from indicator_stix where tenant_id = ? and (stix_id = ? or indicator_id = any(?))",
                tenant,
                stixId,
                ids);
        statements.update("""
                insert into indicator_stix (tenant_id, indicator_id, stix_id, ordinal, object, stored_ticks)
                select i.tenant_id, i.id, ?, g.ordinal - 1, case when g.ordinal = 1 then ?::json end, i.last_update_ticks
                from unnest(?) with ordinality as g (id, ordinal) join indicator i on i.tenant_id = ? and i.id = g.id
                """, stixId, object.toString(), ids, tenant);
    }

    void keepStatus(UUID tenant, TaxiiView.Status status, String text) {
        statements.update(
                "delete from taxii_status where tenant_id = ? and created_at < now() - interval '7 days'", tenant);
        statements.update(
                "insert into taxii_status (tenant_id, id, body) values (?, ?::uuid, ?::jsonb)",
                tenant,
                status.id(),
                text);
    }

    Optional<TaxiiView.Status> status(UUID tenant, UUID id) {
        return statements
                .list("select body::text from taxii_status where tenant_id = ? and id = ?", this::status, tenant, id)
                .stream()
                .findFirst();
    }

    private TaxiiView.Status status(ResultSet row) throws SQLException {
        try {
            return json.readValue(row.getString(1), TaxiiView.Status.class);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
