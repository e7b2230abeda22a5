package io.tocsin.indicator.registry;

import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What must not be blocked: shipped as data, and the tenant's own.
@ApplicationScoped
class WarningRepository {

    private static final int MOST = 10_000;
    private static final String FILE = "warnings.csv";

    private static final String SELECT = """
            select id, indicator_type, match_value, reason, created_by, created_ticks from indicator_warning
            where tenant_id = ? order by id
            """;

    private static final String INSERT = """
            insert into indicator_warning (tenant_id, indicator_type, match_value, reason, created_by, created_ticks)
            values (?, ?, ?, ?, ?, ?)
            on conflict (tenant_id, indicator_type, match_value) do update set reason = excluded.reason
            returning id, indicator_type, match_value, reason, created_by, created_ticks
            """;

    private static final String DELETE = """
            delete from indicator_warning where tenant_id = ? and id = ?
            returning id, indicator_type, match_value, reason, created_by, created_ticks
            """;

    private final Statements statements;
    private final Audit audit;
    private final List<WarningEntry> builtIn;

    WarningRepository(Statements statements, Audit audit) {
        this.statements = statements;
        this.audit = audit;
        this.builtIn = builtIn();
    }

    private static List<WarningEntry> builtIn() {
        try (InputStream file = WarningRepository.class.getResourceAsStream(FILE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(",", 3))
                    .map(cells -> new WarningEntry(
                            null,
                            IndicatorType.valueOf(cells[0]),
                            CanonicalValue.of(IndicatorType.valueOf(cells[0]), cells[1]),
                            cells[2],
                            null,
                            null))
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Transactional
    List<WarningEntry> all(UUID tenant) {
        var all = new ArrayList<>(builtIn);
        all.addAll(own(tenant));
        return all;
    }

    private List<WarningEntry> own(UUID tenant) {
        return statements.list(SELECT, WarningRepository::entry, tenant);
    }

    Warnings warnings(UUID tenant) {
        return new Warnings(all(tenant));
    }

    private static WarningEntry entry(java.sql.ResultSet row) throws java.sql.SQLException {
        return new WarningEntry(
                Long.toString(row.getLong(1)),
                IndicatorType.valueOf(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                new WireTime(row.getLong(6)));
    }

    @Transactional
    WarningEntry add(Caller caller, WarningRequest request) {
        IndicatorType type = IndicatorType.spelled(request.type());
        if (type == null || !WarningEntry.TYPES.contains(type)) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "A warning is for a domain, an address, a range or a file's hash");
        }
        String value = CanonicalValue.of(type, request.value());
        if (value.startsWith(CanonicalValue.WILDCARD) || request.reason().indexOf('\0') >= 0) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "A warning names the domain itself, and no NUL");
        }
        if (own(caller.tenant()).size() >= MOST) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "The tenant holds the most warnings allowed, " + MOST);
        }
        WarningEntry added = statements
                .list(
                        INSERT,
                        WarningRepository::entry,
                        caller.tenant(),
                        type.name(),
                        value,
                        request.reason(),
                        caller.name(),
                        WireTime.now().ticks())
                .getFirst();
        record(caller, "indicator-warning.add", added);
        return added;
    }

    @Transactional
    void remove(Caller caller, String id) {
        List<WarningEntry> removed = IndicatorService.ID.matcher(id).matches()
                ? statements.list(DELETE, WarningRepository::entry, caller.tenant(), Long.parseLong(id))
                : List.of();
        if (removed.isEmpty()) {
            throw new ProblemException(IndicatorProblem.WARNING_NOT_FOUND, "There is no warning " + id);
        }
        record(caller, "indicator-warning.remove", removed.getFirst());
    }

    private void record(Caller caller, String action, WarningEntry entry) {
        audit.record(
                caller.tenant(),
                caller.name(),
                action,
                entry.id(),
                Map.of("type", entry.type(), "value", entry.value(), "reason", entry.reason()));
    }
}
