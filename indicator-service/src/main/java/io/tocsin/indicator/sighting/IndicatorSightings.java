package io.tocsin.indicator.sighting;

import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.identity.Permission;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.registry.IndicatorRow;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/// Reads `indicator_sighting`, which alert-service writes.
@ApplicationScoped
public class IndicatorSightings {

    private static final long TICKS_PER_DAY = 24 * 3_600 * WireTime.TICKS_PER_SECOND;

    private static final String SUM = """
            select coalesce(sum(s.matches), 0) as matches, count(*) as machines, min(s.first_seen_ticks) as first_seen,
                max(s.last_seen_ticks) as last_seen
            from indicator_sighting s where s.tenant_id = i.tenant_id and s.indicator_id = i.id and %s
            """;

    private static final String IN_FORCE = " i.tenant_id = ? and (i.expiration_ticks is null or i.expiration_ticks > ?)"
            + " and (cast(? as text) is null or i.created_by = cast(? as text)) ";

    private static final String ONE = "select i.id, i.creation_ticks, s.* from indicator i, lateral (" + SUM
            + ") s where" + IN_FORCE + "and i.id = ?";

    private static final String MACHINES = """
            select s.machine_id, s.matches, s.first_seen_ticks as first_seen, s.last_seen_ticks as last_seen
            from indicator_sighting s where s.tenant_id = ? and %s and s.indicator_id = ? and s.machine_id > ?
            order by s.machine_id limit ?
            """;

    private static final String UNSEEN = "select " + IndicatorRow.COLUMNS + ", s.* from indicator i, lateral (" + SUM
            + ") s where" + IN_FORCE
            + "and i.id > ? and i.creation_ticks < ? and coalesce(s.last_seen, 0) < ? order by i.id limit ?";

    private static final String STIX = "select " + IndicatorRow.COLUMNS + """
            , x.stix_id, s.* from (
                select tenant_id, indicator_id, sum(matches) as matches, count(*) as machines,
                    min(first_seen_ticks) as first_seen, max(last_seen_ticks) as last_seen,
                    max(coalesce(changed_ticks, last_seen_ticks)) as changed
                from indicator_sighting where tenant_id = ? group by tenant_id, indicator_id) s
            join indicator i on i.tenant_id = s.tenant_id and i.id = s.indicator_id
            left join indicator_stix x on x.tenant_id = i.tenant_id and x.indicator_id = i.id
            where (i.expiration_ticks is null or i.expiration_ticks > ?) and (s.changed, i.id) > (?, ?) and s.changed < ?
            order by s.changed, i.id limit ?
            """;

    /// All machines together.
    ///
    /// @param stixId of the object the indicator came as, null when it came otherwise
    /// @param changed when any of it was last written: events come late
    public record Total(
            io.tocsin.indicator.registry.IndicatorView indicator,
            String stixId,
            long matches,
            WireTime firstSeen,
            WireTime lastSeen,
            WireTime changed) {}

    private final Statements statements;
    private final DeviceScopes scopes;
    private final SightingConfig config;

    IndicatorSightings(Statements statements, DeviceScopes scopes, SightingConfig config) {
        this.statements = statements;
        this.scopes = scopes;
        this.config = config;
    }

    /// @param after machines behind this one
    /// @throws ProblemException 404
    @Transactional
    SightingView.Detail of(Caller caller, long id, String after, int most) {
        DeviceScope scope = scopes.of(caller);
        List<Object> parameters = new ArrayList<>(scope.parameters());
        parameters.addAll(inForce(caller));
        parameters.add(id);
        SightingView sum = statements
                .list(
                        ONE.formatted(scope.on("s")),
                        row -> view(row, row.getLong("id"), time(row, "creation_ticks")),
                        parameters.toArray())
                .stream()
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        IndicatorProblem.INDICATOR_NOT_FOUND, "Indicator " + id + " was not found"));
        List<Object> ofMachines = new ArrayList<>(scope.parameters(caller.tenant()));
        ofMachines.addAll(List.of(id, after, most));
        List<SightingView.OnMachine> machines = statements.list(
                MACHINES.formatted(scope.on("s")),
                row -> new SightingView.OnMachine(
                        row.getString("machine_id"),
                        row.getLong("matches"),
                        time(row, "first_seen"),
                        time(row, "last_seen")),
                ofMachines.toArray());
        return new SightingView.Detail(
                sum.indicatorId(),
                sum.matches(),
                sum.machines(),
                sum.firstSeen(),
                sum.lastSeen(),
                sum.score(),
                machines,
                machines.size() < most ? null : machines.getLast().machineId());
    }

    /// Indicators that are older than so many days, and that nothing has matched since.
    @Transactional
    List<SightingView.Unseen> unseen(Caller caller, int days, long after, int most) {
        DeviceScope scope = scopes.of(caller);
        long since = WireTime.now().ticks() - days * TICKS_PER_DAY;
        List<Object> parameters = new ArrayList<>(scope.parameters());
        parameters.addAll(inForce(caller));
        parameters.addAll(List.of(after, since, since, most));
        return statements.list(
                UNSEEN.formatted(scope.on("s")),
                row -> {
                    var indicator = IndicatorRow.view(row);
                    return new SightingView.Unseen(
                            indicator, view(row, Long.parseLong(indicator.id()), indicator.creationTimeDateTimeUtc()));
                },
                parameters.toArray());
    }

    private static List<Object> inForce(Caller caller) {
        String owner = caller.has(Permission.TI_READ_WRITE_ALL) ? null : caller.name();
        return Arrays.asList(caller.tenant(), WireTime.now().ticks(), owner, owner);
    }

    private SightingView view(ResultSet row, long id, WireTime created) throws SQLException {
        WireTime last = time(row, "last_seen");
        return new SightingView(
                Long.toString(id),
                row.getLong("matches"),
                row.getLong("machines"),
                time(row, "first_seen"),
                last,
                score(last == null || last.compareTo(created) < 0 ? created : last));
    }

    private int score(WireTime since) {
        double age = WireTime.now().ticks() - since.ticks();
        double halfLife = config.halfLife().toSeconds() * (double) WireTime.TICKS_PER_SECOND;
        return (int) Math.round(100 * Math.pow(0.5, Math.max(0, age) / halfLife));
    }

    /// In the order in which they last changed; not before nothing that was begun earlier is still being written.
    ///
    /// @param ticks behind that time, or at it
    /// @param id behind that indicator
    public List<Total> totals(UUID tenant, long ticks, long id, int most) {
        WireTime now = WireTime.now();
        return statements.list(
                STIX,
                row -> new Total(
                        IndicatorRow.view(row),
                        row.getString("stix_id"),
                        row.getLong("matches"),
                        time(row, "first_seen"),
                        time(row, "last_seen"),
                        time(row, "changed")),
                tenant,
                now.ticks(),
                ticks,
                id,
                now.plusSeconds(-config.settling().toSeconds()).ticks(),
                most);
    }
}
