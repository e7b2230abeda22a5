package io.tocsin.indicator.source;

import static io.tocsin.db.Statements.time;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import io.tocsin.indicator.registry.ListImport;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Sources and their runs; a change of state says whether it won.
@ApplicationScoped
class SourceRepository {

    private static final String WHERE = " from indicator_source where tenant_id = ? ";

    private static final String CREATE = """
            insert into indicator_source (tenant_id, name, kind, url, enabled, trust, indicator_type, action, title,
                description, severity, generate_alert, expires_seconds, every_seconds, columns, login, login_name,
                next_ticks, created_by, created_ticks, updated_ticks)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, cast(? as bigint), ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, name) do nothing
            returning id
            """;

    /// Another list than before is taken in from its beginning.
    private static final String REPLACE = """
            update indicator_source set kind = ?, url = ?, enabled = ?, trust = ?, indicator_type = ?, action = ?,
                title = ?, description = ?, severity = ?, generate_alert = ?, expires_seconds = cast(? as bigint),
                every_seconds = ?, columns = ?, login = ?, login_name = ?, next_ticks = ?, etag = null,
                last_modified = null, added_after = null, updated_ticks = ?
            where tenant_id = ? and id = ?
            """;

    private static final String DUE = """
            with due as (
                select tenant_id, id from indicator_source s where enabled and next_ticks <= ?
                  and not exists (select from indicator_source_run r where r.tenant_id = s.tenant_id
                      and r.source_id = s.id and r.state in ('Waiting', 'Running'))
                order by next_ticks limit 100 for update skip locked),
            moved as (
                update indicator_source s set next_ticks = ? + s.every_seconds * 10000000 from due d
                where s.tenant_id = d.tenant_id and s.id = d.id returning s.tenant_id, s.id)
            insert into indicator_source_run (tenant_id, source_id, state, dry_run, begun_ticks)
            select tenant_id, id, 'Waiting', false, ? from moved
            """;

    /// A run whose replica is gone is begun anew.
    private static final String CLAIM = """
            update indicator_source_run r set state = 'Running', claimed_until_ticks = ?
            where (tenant_id, source_id, id) in (
                select tenant_id, source_id, id from indicator_source_run
                where state = 'Waiting' or (state = 'Running' and claimed_until_ticks < ?)
                order by begun_ticks limit 1 for update skip locked)
            returning tenant_id, source_id, id, dry_run, claimed_until_ticks
            """;

    private static final String END = """
            update indicator_source_run set state = ?, ended_ticks = ?, http_status = cast(? as int), read = ?,
                created = ?, updated = ?, unchanged = ?, refused = ?, error = ?, refusals = cast(? as jsonb)
            where tenant_id = ? and source_id = ? and id = ? and state = 'Running' and claimed_until_ticks = ?
            """;

    private static final String RELEASE = """
            update indicator_source_run set state = 'Waiting', claimed_until_ticks = null
            where tenant_id = ? and source_id = ? and id = ? and state = 'Running' and claimed_until_ticks = ?
            """;

    private static final String SEEN = """
            update indicator_source set etag = ?, last_modified = ?, added_after = ?,
                full_ticks = coalesce(cast(? as bigint), full_ticks)
            where tenant_id = ? and id = ? and updated_ticks = ?
            """;

    private static final String RUN = """
            id, state, dry_run, asked_by, begun_ticks, ended_ticks, http_status, read, created, updated, unchanged,
            refused, error, refusals::text as refusals
            """;

    private static final String ASK = """
            insert into indicator_source_run (tenant_id, source_id, state, dry_run, asked_by, begun_ticks)
            select tenant_id, id, 'Waiting', ?, ?, ? from indicator_source s where tenant_id = ? and id = ?
              and (select count(*) from indicator_source_run r where r.tenant_id = s.tenant_id and r.source_id = s.id
                  and r.state in ('Waiting', 'Running')) < 2
            returning
            """ + RUN;

    private static final String PRUNE = """
            delete from indicator_source_run where state not in ('Waiting', 'Running') and ended_ticks < ?
            """;

    /// A run that is to be done, until then by nobody else.
    record Claim(UUID tenant, long source, long run, boolean dryRun, long until) {}

    private final Statements statements;
    private final ObjectMapper json;

    SourceRepository(Statements statements, ObjectMapper json) {
        this.statements = statements;
        this.json = json;
    }

    List<Source> all(UUID tenant) {
        return statements.list("select " + Source.COLUMNS + WHERE + "order by name", Source::of, tenant);
    }

    @Transactional
    Optional<Source> find(UUID tenant, long id) {
        return statements.list("select " + Source.COLUMNS + WHERE + "and id = ?", Source::of, tenant, id).stream()
                .findFirst();
    }

    Optional<Source> lock(UUID tenant, long id) {
        return statements
                .list("select " + Source.COLUMNS + WHERE + "and id = ? for update", Source::of, tenant, id)
                .stream()
                .findFirst();
    }

    long count(UUID tenant) {
        return statements
                .list("select count(*)" + WHERE, row -> row.getLong(1), tenant)
                .getFirst();
    }

    /// The id; empty when the name is taken.
    Optional<Long> create(UUID tenant, String by, SourceRequest it, WireTime now) {
        List<Object> parameters = new java.util.ArrayList<>(Arrays.asList(tenant, it.name()));
        parameters.addAll(content(it));
        parameters.addAll(Arrays.asList(now.ticks(), by, now.ticks(), now.ticks()));
        return statements.list(CREATE, row -> row.getLong(1), parameters.toArray()).stream()
                .findFirst();
    }

    void replace(UUID tenant, long id, SourceRequest it, WireTime now) {
        List<Object> parameters = new java.util.ArrayList<>(content(it));
        parameters.addAll(Arrays.asList(now.ticks(), now.ticks(), tenant, id));
        statements.update(REPLACE, parameters.toArray());
    }

    private static List<Object> content(SourceRequest it) {
        return Arrays.asList(
                it.kind().name(),
                it.url().strip(),
                it.enabled() == null || it.enabled(),
                (it.trust() == null ? Source.Trust.Full : it.trust()).name(),
                it.indicatorType(),
                it.action(),
                it.title(),
                it.description(),
                it.severity(),
                it.generateAlert(),
                it.expiresIn(),
                it.every(),
                it.columns() == null ? List.of() : it.columns(),
                (it.login() == null ? Source.Login.None : it.login().kind()).name(),
                it.login() == null ? null : it.login().name());
    }

    /// @param sealed null: there is none
    void keepSecret(UUID tenant, long id, byte[] sealed) {
        statements.update(
                "update indicator_source set login_secret = ? where tenant_id = ? and id = ?", sealed, tenant, id);
    }

    boolean delete(UUID tenant, long id) {
        return statements.update("delete from indicator_source where tenant_id = ? and id = ?", tenant, id) > 0;
    }

    /// Lets those run whose time has come.
    @Transactional
    int begin() {
        long now = WireTime.now().ticks();
        return statements.update(DUE, now, now, now);
    }

    @Transactional
    Optional<Claim> claim(java.time.Duration longest) {
        long now = WireTime.now().ticks();
        return statements
                .list(
                        CLAIM,
                        row -> new Claim(
                                row.getObject("tenant_id", UUID.class),
                                row.getLong("source_id"),
                                row.getLong("id"),
                                row.getBoolean("dry_run"),
                                row.getLong("claimed_until_ticks")),
                        now + longest.toSeconds() * WireTime.TICKS_PER_SECOND,
                        now)
                .stream()
                .findFirst();
    }

    /// Lets another replica begin it at once, instead of when the claim runs out.
    @Transactional
    void release(Claim claim) {
        statements.update(RELEASE, claim.tenant(), claim.source(), claim.run(), claim.until());
    }

    /// Empty when the source is gone or enough runs of it wait.
    Optional<SourceView.RunView> ask(UUID tenant, long id, String by, boolean dryRun) {
        return statements.list(ASK, this::run, dryRun, by, WireTime.now().ticks(), tenant, id).stream()
                .findFirst();
    }

    /// How a run ended.
    ///
    /// @param state `Stored`, `Unchanged` or `Failed`
    /// @param seen what the next request tells the server; null: what it told before
    record Ending(String state, Integer status, ListImport.Report report, String error, Seen seen) {}

    /// @param full when the list was taken in whole just now, else null
    record Seen(String etag, String lastModified, String addedAfter, WireTime full) {}

    /// Nothing when another replica has begun it anew.
    @Transactional
    void end(Claim claim, Source source, Ending ending) {
        ListImport.Report report =
                ending.report() == null ? new ListImport.Report(0, 0, 0, 0, 0, List.of()) : ending.report();
        int ended = statements.update(
                END,
                ending.state(),
                WireTime.now().ticks(),
                ending.status(),
                report.read(),
                report.created(),
                report.updated(),
                report.unchanged(),
                report.refused(),
                ending.error(),
                text(report.refusals()),
                claim.tenant(),
                claim.source(),
                claim.run(),
                claim.until());
        if (ended > 0 && !claim.dryRun() && ending.seen() != null) {
            Seen seen = ending.seen();
            statements.update(
                    SEEN,
                    seen.etag(),
                    seen.lastModified(),
                    seen.addedAfter(),
                    seen.full() == null ? null : seen.full().ticks(),
                    source.tenant(),
                    source.id(),
                    source.updated().ticks());
        }
    }

    List<SourceView.RunView> runs(UUID tenant, long source, long below, int most) {
        return statements.list(
                "select " + RUN
                        + " from indicator_source_run where tenant_id = ? and source_id = ? and id < ? order by id desc limit ?",
                this::run,
                tenant,
                source,
                below,
                most);
    }

    /// The ids of what a source has made of objects that were revoked.
    @Transactional
    List<Long> made(UUID tenant, String owner, List<String> externalIds) {
        return statements.list(
                "select id from indicator where tenant_id = ? and created_by = ? and external_id = any(?)",
                row -> row.getLong(1),
                tenant,
                owner,
                externalIds.toArray(String[]::new));
    }

    @Transactional
    int prune(WireTime before) {
        return statements.update(PRUNE, before.ticks());
    }

    private SourceView.RunView run(ResultSet row) throws SQLException {
        return new SourceView.RunView(
                Long.toString(row.getLong("id")),
                row.getString("state"),
                row.getBoolean("dry_run"),
                row.getString("asked_by"),
                time(row, "begun_ticks"),
                time(row, "ended_ticks"),
                (Integer) row.getObject("http_status"),
                row.getLong("read"),
                row.getLong("created"),
                row.getLong("updated"),
                row.getLong("unchanged"),
                row.getLong("refused"),
                row.getString("error"),
                tree(row.getString("refusals")));
    }

    private JsonNode tree(String text) {
        try {
            return text == null ? json.createArrayNode() : json.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database made broken JSON", impossible);
        }
    }

    private String text(List<ListImport.Refusal> refusals) {
        try {
            return json.writeValueAsString(refusals).replace("\\u0000", "?");
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
