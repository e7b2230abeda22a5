package io.tocsin.response.investigation;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// What an investigation has made of each entity it looked at.
@ApplicationScoped
class InvestigationEntities {

    /// As often an entity is tried before it is left at that.
    private static final int TRIES = 3;

    /// So long after a file's machines were all looked at they are looked at again.
    private static final String AGAIN = "interval '1 minute'";

    private final Statements statements;

    InvestigationEntities(Statements statements) {
        this.statements = statements;
    }

    void keep(Evidence.Subject it, Evidence.Found found, Verdict verdict) {
        statements.update(
                """
                insert into investigation_entity as known (tenant_id, investigation_id, kind, value, path, verdict, reasons)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (tenant_id, investigation_id, kind, value_sha256) do update set
                    path = excluded.path, verdict = excluded.verdict, reasons = excluded.reasons
                where (known.path, known.verdict, known.reasons) is distinct from (excluded.path, excluded.verdict, excluded.reasons)
                """,
                it.tenant(),
                it.investigation(),
                found.kind(),
                found.value(),
                found.path(),
                verdict.kind().name(),
                verdict.reasons());
    }

    /// That an analyser failed at one.
    void fail(Evidence.Subject it, Evidence.Found found, String why) {
        statements.update(
                """
                insert into investigation_entity as known (tenant_id, investigation_id, kind, value, path, verdict, reasons, tries)
                values (?, ?, ?, ?, ?, 'NotExamined', ?, 1)
                on conflict (tenant_id, investigation_id, kind, value_sha256) do update set
                    verdict = excluded.verdict, reasons = excluded.reasons, tries = known.tries + 1
                """, it.tenant(), it.investigation(), found.kind(), found.value(), found.path(), List.of(why));
    }

    /// What could not be examined and is not there any more will not be examined by waiting for it.
    void missed(Evidence.Subject it, List<Evidence.Found> found) {
        statements.update(
                """
                update investigation_entity e set tries = tries + 1
                where tenant_id = ? and investigation_id = ? and verdict = 'NotExamined' and tries < ?
                  and not exists (select from unnest(?, ?) as f(kind, value) where f.kind = e.kind and f.value = e.value)
                """,
                it.tenant(),
                it.investigation(),
                TRIES,
                found.stream().map(Evidence.Found::kind).toArray(String[]::new),
                found.stream().map(Evidence.Found::value).toArray(String[]::new));
    }

    /// Those that were tried often enough, by kind and value.
    Set<List<String>> givenUp(Evidence.Subject it) {
        return statements
                .list(
                        "select kind, value from investigation_entity where tenant_id = ? and investigation_id = ? and tries >= "
                                + TRIES,
                        row -> List.of(row.getString("kind"), row.getString("value")),
                        it.tenant(),
                        it.investigation())
                .stream()
                .collect(Collectors.toSet());
    }

    /// How many could not be examined, and how many of these are tried again.
    record Unexamined(int all, int again, String why) {}

    Unexamined unexamined(UUID tenant, long investigation) {
        return statements
                .list(
                        "select count(*) as total, count(*) filter (where tries < " + TRIES
                                + ") as again, max(reasons[1]) as why"
                                + " from investigation_entity where tenant_id = ? and investigation_id = ? and verdict = 'NotExamined'",
                        row -> new Unexamined(row.getInt("total"), row.getInt("again"), row.getString("why")),
                        tenant,
                        investigation)
                .getFirst();
    }

    /// Notes that telemetry is asked for what it left behind: again only when alerts have joined.
    ///
    /// @param alerts there are now
    boolean isToBeTraced(Evidence.Subject it, Evidence.Found found, int alerts) {
        return statements.update("""
                update investigation_entity set traced = true, traced_alerts = ?
                where tenant_id = ? and investigation_id = ? and kind = ? and value_sha256 = sha256_of(?)
                  and traced_alerts is distinct from ?
                """, alerts, it.tenant(), it.investigation(), found.kind(), found.value(), alerts)
                == 1;
    }

    /// @return whether nobody has shared its verdict yet
    boolean share(UUID tenant, long investigation, Evidence.Found found) {
        return statements.update("""
                update investigation_entity set shared = true
                where tenant_id = ? and investigation_id = ? and kind = ? and value_sha256 = sha256_of(?) and not shared
                """, tenant, investigation, found.kind(), found.value()) == 1;
    }

    /// Whether its alerts named nothing that can be looked at.
    boolean isEmpty(UUID tenant, long investigation) {
        return statements
                .list(
                        "select exists (select from investigation_entity where tenant_id = ? and investigation_id = ?)",
                        row -> !row.getBoolean(1),
                        tenant,
                        investigation)
                .getFirst();
    }

    /// Whether anything bad is there that no remediation is for: one whose reason was gone for a time is for nothing.
    boolean isLeftOver(UUID tenant, long investigation) {
        return statements
                .list("""
                select exists (select from investigation_entity e where e.tenant_id = ? and e.investigation_id = ?
                    and e.verdict <> 'NoThreatsFound' and not exists (select from remediation r
                        where r.tenant_id = e.tenant_id and r.investigation_id = e.investigation_id
                            and (r.target = e.value or r.kind = 'KillProcess' and r.details->>'image' = e.value)
                            and r.status <> 'Withdrawn'))
                """, row -> row.getBoolean(1), tenant, investigation)
                .getFirst();
    }

    /// Whether a file was no threat when it was last looked at.
    boolean isCleared(UUID tenant, long investigation, String value) {
        return statements
                .list("""
                select exists (select from investigation_entity where tenant_id = ? and investigation_id = ?
                    and kind = 'File' and value_sha256 = sha256_of(?) and verdict = 'NoThreatsFound')
                """, row -> row.getBoolean(1), tenant, investigation, value)
                .getFirst();
    }

    /// How far the machines that have a file were looked at.
    ///
    /// @param after the last machine, by its id; null between two passes
    /// @param rests whether the last pass is over and too short ago for another
    record Widened(String after, boolean rests) {}

    Widened widened(UUID tenant, long investigation, String value) {
        return statements
                .list(
                        "select widened_after, widened_after is null and widened_at > now() - " + AGAIN + " as rests"
                                + " from investigation_entity where tenant_id = ? and investigation_id = ? and kind = 'File'"
                                + " and value_sha256 = sha256_of(?)",
                        row -> new Widened(row.getString("widened_after"), row.getBoolean("rests")),
                        tenant,
                        investigation,
                        value)
                .stream()
                .findFirst()
                .orElse(new Widened(null, false));
    }

    /// @param after null when there are no more
    void widenedTo(UUID tenant, long investigation, String value, String after) {
        statements.update("""
                update investigation_entity set widened_after = ?, widened_at = case when cast(? as text) is null then now() else widened_at end
                where tenant_id = ? and investigation_id = ? and kind = 'File' and value_sha256 = sha256_of(?)
                """, after, after, tenant, investigation, value);
    }
}
