package io.tocsin.response.playbook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Playbooks and their versions, which are never changed: a run goes on by the one it began with.
@ApplicationScoped
class PlaybookRepository {

    private static final String COLUMNS = """
            p.id, p.name, p.description, p.enabled, p.version, p.created_by, p.created_ticks, p.last_updated_by,
            p.last_update_ticks, p.suppressed, p.suppressed_ticks, p.problem, p.problem_ticks, v.definition::text as definition
            """;

    private static final String SELECT = "select " + COLUMNS + """
             from playbook p join playbook_version v
                on v.tenant_id = p.tenant_id and v.playbook_id = p.id and v.version = p.version
            where p.tenant_id = ?
            """;

    private final Statements statements;
    private final ObjectMapper json;

    PlaybookRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    List<PlaybookView> all(UUID tenant) {
        return statements.list(SELECT + " order by lower(p.name), p.id", this::view, tenant);
    }

    /// Those that may be begun by something that happens.
    List<PlaybookView> enabled(UUID tenant) {
        return statements.list(SELECT + " and p.enabled order by p.id", this::view, tenant);
    }

    Optional<PlaybookView> find(UUID tenant, UUID id) {
        return statements.list(SELECT + " and p.id = ?", this::view, tenant, id).stream()
                .findFirst();
    }

    /// A version, also one that is not the newest.
    Optional<JsonNode> definition(UUID tenant, UUID id, int version) {
        return statements
                .list(
                        "select definition::text from playbook_version where tenant_id = ? and playbook_id = ? and version = ?",
                        row -> tree(row.getString(1)),
                        tenant,
                        id,
                        version)
                .stream()
                .findFirst();
    }

    List<PlaybookVersionView> versions(UUID tenant, UUID id) {
        return statements.list(
                """
                select version, created_by, created_ticks, definition::text as definition
                from playbook_version where tenant_id = ? and playbook_id = ? order by version desc limit 100
                """,
                row -> new PlaybookVersionView(
                        row.getInt("version"),
                        row.getString("created_by"),
                        Statements.time(row, "created_ticks"),
                        tree(row.getString("definition"))),
                tenant,
                id);
    }

    long count(UUID tenant) {
        return statements
                .list("select count(*) from playbook where tenant_id = ?", row -> row.getLong(1), tenant)
                .getFirst();
    }

    void insert(UUID tenant, UUID id, PlaybookRequest it, Duration every, String by, WireTime now) {
        statements.update(
                """
                insert into playbook (tenant_id, id, name, description, enabled, version, next_at, every_seconds, created_by,
                    created_ticks, last_updated_by, last_update_ticks)
                values (?, ?, ?, ?, ?, 1, now() + ? * interval '1 second', ?, ?, ?, ?, ?)
                """,
                tenant,
                id,
                it.name().strip(),
                it.description(),
                it.isEnabled(),
                seconds(every),
                seconds(every),
                by,
                now.ticks(),
                by,
                now.ticks());
        version(tenant, id, 1, it.definition(), by, now);
    }

    /// @return whether it was of that version until now
    boolean update(
            UUID tenant,
            UUID id,
            int from,
            PlaybookRequest it,
            Duration every,
            boolean changed,
            String by,
            WireTime now) {
        boolean won = statements.update(
                        """
                update playbook set name = ?, description = ?, enabled = ?, version = version + ?, every_seconds = ?,
                    next_at = case when ?::bigint is null then null
                        when every_seconds is not distinct from ? and next_at is not null then next_at
                        else now() + ? * interval '1 second' end,
                    problem = null, problem_ticks = null, last_updated_by = ?, last_update_ticks = greatest(?, last_update_ticks + 1)
                where tenant_id = ? and id = ? and version = ?
                """,
                        it.name().strip(),
                        it.description(),
                        it.isEnabled(),
                        changed ? 1 : 0,
                        seconds(every),
                        seconds(every),
                        seconds(every),
                        seconds(every),
                        by,
                        now.ticks(),
                        tenant,
                        id,
                        from)
                == 1;
        if (won && changed) {
            version(tenant, id, from + 1, it.definition(), by, now);
        }
        return won;
    }

    private void version(UUID tenant, UUID id, int version, JsonNode definition, String by, WireTime now) {
        statements.update("""
                insert into playbook_version (tenant_id, playbook_id, version, definition, created_by, created_ticks)
                values (?, ?, ?, cast(? as jsonb), ?, ?)
                """, tenant, id, version, definition.toString(), by, now.ticks());
    }

    /// Counts a run that was not begun.
    ///
    /// @return when that was the time before
    Optional<WireTime> suppressed(UUID tenant, UUID id, WireTime now) {
        return statements
                .list(
                        """
                        with before as (
                            select suppressed_ticks from playbook where tenant_id = ? and id = ? for no key update)
                        update playbook set suppressed = suppressed + 1, suppressed_ticks = ? from before
                        where tenant_id = ? and id = ? returning before.suppressed_ticks as before_ticks
                        """,
                        row -> Optional.ofNullable(Statements.time(row, "before_ticks")),
                        tenant,
                        id,
                        now.ticks(),
                        tenant,
                        id)
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    /// Notes why something that happened, or its time, could not begin it.
    void problem(UUID tenant, UUID id, String problem, WireTime now) {
        statements.update(
                "update playbook set problem = ?, problem_ticks = ? where tenant_id = ? and id = ?",
                problem,
                now.ticks(),
                tenant,
                id);
    }

    boolean delete(UUID tenant, UUID id) {
        return statements.update("delete from playbook where tenant_id = ? and id = ?", tenant, id) == 1;
    }

    /// A playbook whose time has come.
    record Due(UUID tenant, UUID id, int version, WireTime at, long everySeconds) {}

    /// Those whose time has come, and moves their next one on.
    List<Due> takeScheduled(int most) {
        return statements.list(
                """
                with due as (
                    select tenant_id, id, next_at as at from playbook where enabled and next_at <= now()
                    order by next_at limit ? for update skip locked)
                update playbook p set next_at = now() + p.every_seconds * interval '1 second'
                from due where p.tenant_id = due.tenant_id and p.id = due.id
                returning p.tenant_id, p.id, p.version, due.at, p.every_seconds
                """,
                row -> new Due(
                        row.getObject("tenant_id", UUID.class),
                        row.getObject("id", UUID.class),
                        row.getInt("version"),
                        WireTime.of(row.getTimestamp("at").toInstant()),
                        row.getLong("every_seconds")),
                most);
    }

    /// Tenants that have a playbook which something may begin.
    List<UUID> tenants() {
        return statements.list(
                "select distinct tenant_id from playbook where enabled", row -> row.getObject(1, UUID.class));
    }

    private static Long seconds(Duration every) {
        return every == null ? null : every.toSeconds();
    }

    private PlaybookView view(ResultSet row) throws SQLException {
        return new PlaybookView(
                row.getString("id"),
                row.getString("name"),
                row.getString("description"),
                row.getBoolean("enabled"),
                row.getInt("version"),
                row.getString("created_by"),
                Statements.time(row, "created_ticks"),
                row.getString("last_updated_by"),
                Statements.time(row, "last_update_ticks"),
                row.getLong("suppressed"),
                Statements.time(row, "suppressed_ticks"),
                row.getString("problem"),
                Statements.time(row, "problem_ticks"),
                tree(row.getString("definition")));
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }
}
