package io.tocsin.indicator.registry;

import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;

/// How far imports with an id have come: moved in the transaction of what they stored, so that one that broke off
/// goes
/// on
/// behind it.
@ApplicationScoped
class ImportProgress {

    private static final long KEPT = 30L * 24 * 3600 * WireTime.TICKS_PER_SECOND;

    private static final String BEGIN = """
            insert into indicator_import (tenant_id, id, owner, started_ticks, updated_ticks) values (?, ?, ?, ?, ?)
            on conflict (tenant_id, id) do nothing
            """;

    private static final String FIND = """
            select owner, lines, created, updated, unchanged, refused, finished from indicator_import
            where tenant_id = ? and id = ?
            """;

    private static final String MOVE = """
            update indicator_import set lines = ?, created = created + ?, updated = updated + ?,
                unchanged = unchanged + ?, refused = refused + ?, finished = finished or ?, updated_ticks = ?
            where tenant_id = ? and id = ? and lines = ?
            """;

    private static final String HOLD =
            "select 1 from indicator_import where tenant_id = ? and id = ? and lines = ? for update";

    private final Statements statements;

    ImportProgress(Statements statements) {
        this.statements = statements;
    }

    private record Known(String owner, ImportView view) {}

    /// Where the import is; a new one at the beginning.
    @Transactional
    ImportView begin(Caller caller, String id) {
        long now = WireTime.now().ticks();
        statements.update(
                "delete from indicator_import where tenant_id = ? and updated_ticks < ?", caller.tenant(), now - KEPT);
        statements.update(BEGIN, caller.tenant(), id, caller.name(), now, now);
        Known known = find(caller.tenant(), id).getFirst();
        if (!known.owner().equals(caller.name())) {
            throw new ProblemException(CommonProblem.FORBIDDEN, "Another application began the import " + id);
        }
        return known.view();
    }

    @Transactional
    ImportView get(Caller caller, String id) {
        return find(caller.tenant(), id).stream()
                .filter(it ->
                        IndicatorService.owner(caller) == null || it.owner().equals(caller.name()))
                .map(Known::view)
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(IndicatorProblem.IMPORT_NOT_FOUND, "The import " + id + " was not found"));
    }

    private List<Known> find(UUID tenant, String id) {
        return statements.list(
                FIND,
                row -> new Known(
                        row.getString(1),
                        new ImportView(
                                id,
                                row.getBoolean(7),
                                false,
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                List.of())),
                tenant,
                id);
    }

    /// Lets nobody else move it until the transaction ends, so that a sender who comes late stores nothing.
    ///
    /// @throws ProblemException 409 when it does not stand there
    void hold(UUID tenant, String id, long from) {
        if (statements.list(HOLD, row -> row.getInt(1), tenant, id, from).isEmpty()) {
            throw inProgress(id);
        }
    }

    /// @param from where it stood
    /// @throws ProblemException 409 when it stands elsewhere: somebody else sends it, too
    void move(UUID tenant, String id, long from, long to, ImportCounts counts, boolean finished) {
        int moved = statements.update(
                MOVE,
                to,
                counts.created,
                counts.updated,
                counts.unchanged,
                counts.refused,
                finished,
                WireTime.now().ticks(),
                tenant,
                id,
                from);
        if (moved == 0) {
            throw inProgress(id);
        }
    }

    private static ProblemException inProgress(String id) {
        return new ProblemException(
                IndicatorProblem.IMPORT_IN_PROGRESS, "The import " + id + " is being sent by somebody else");
    }
}
