package io.tocsin.alert.retrohunt;

import io.tocsin.alert.matching.SeenEvents;
import io.tocsin.alert.retrohunt.RetroHunt.Phase;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The hunts and their places; each change of one says whether it won.
@ApplicationScoped
class RetroHuntRepository {

    /// How much earlier than its commit the clock of who wrote an indicator may have been read.
    private static final long UNSURE_TICKS = 60 * WireTime.TICKS_PER_SECOND;

    private static final String TENANTS = """
            with recursive tenants(id) as (
                (select tenant_id from indicator_change order by tenant_id limit 1)
                union all
                select (select c.tenant_id from indicator_change c where c.tenant_id > t.id order by c.tenant_id limit 1)
                from tenants t where t.id is not null)
            select id from tenants where id is not null
            """;

    /// Nothing while another is open, or when nothing came behind the last one but removals.
    private static final String BEGIN = """
            with last as (
                select until_xid, until_id, begun_ticks from retro_hunt where tenant_id = ? order by id desc limit 1),
            newest as (
                select change_xid, change_id from indicator_change
                where tenant_id = ? and change_xid < feed_horizon() order by change_xid desc, change_id desc limit 1)
            insert into retro_hunt (tenant_id, state, since_ticks, until_xid, until_id, begun_ticks, ready_ticks, updated_ticks)
            select ?, 'Waiting', coalesce((select begun_ticks from last) - ?, 0), n.change_xid, n.change_id, ?, ?, ?
            from newest n
            where not exists (select from last where begun_ticks > ?)
              and exists (select from indicator_change c where c.tenant_id = ? and not c.removed
                    and (c.change_xid, c.change_id) > (coalesce((select until_xid from last), '0'::xid8),
                        coalesce((select until_id from last), 0))
                    and (c.change_xid, c.change_id) <= (n.change_xid, n.change_id))
            on conflict do nothing
            """;

    private static final String OPEN = "select " + RetroHunt.COLUMNS
            + " from retro_hunt where state <> 'Finished' order by begun_ticks limit 1000";

    private static final String AWAIT = """
            update retro_hunt h set await_xid = coalesce(p.change_xid, '0'::xid8), await_id = coalesce(p.event_id, 0)
            from (select 1) one left join event_position p on p.consumer = ?
            where h.tenant_id = ? and h.id = ? and h.state = 'Waiting' and h.await_xid is null and h.ready_ticks <= ?
            """;

    private static final String RUN = """
            update retro_hunt h set state = 'Running', updated_ticks = ?
            where h.tenant_id = ? and h.id = ? and h.state = 'Waiting' and h.await_xid is not null
              and (h.await_xid, h.await_id) <= (coalesce((select change_xid from event_position where consumer = 'entity-sightings'), '0'::xid8),
                coalesce((select event_id from event_position where consumer = 'entity-sightings'), 0))
            """;

    private static final String MOVE = """
            update retro_hunt set phase = ?, place = ?, looked = looked + ?, matched = matched + ?,
                machines = machines + ?, alerts = alerts + ?, passed_over = passed_over + ?, updated_ticks = ?,
                state = case when ? then 'Finished' else state end, finished_ticks = case when ? then cast(? as bigint) end
            where tenant_id = ? and id = ? and state = 'Running' and phase = ? and place = ?
            """;

    private static final String LIST =
            "select " + RetroHunt.COLUMNS + " from retro_hunt where tenant_id = ? and id < ? order by id desc limit ?";

    private static final String ONE = "select " + RetroHunt.COLUMNS + " from retro_hunt where tenant_id = ? and id = ?";

    /// Never the last of a tenant: the next one begins behind it.
    private static final String PRUNE = """
            delete from retro_hunt h where h.state = 'Finished' and h.finished_ticks < ?
              and exists (select from retro_hunt later where later.tenant_id = h.tenant_id and later.id > h.id)
            """;

    private final Statements statements;

    RetroHuntRepository(Statements statements) {
        this.statements = statements;
    }

    @Transactional
    List<UUID> tenants() {
        return statements.list(TENANTS, row -> row.getObject(1, UUID.class));
    }

    @Transactional
    boolean begin(UUID tenant, Duration delay, Duration interval) {
        long now = WireTime.now().ticks();
        return statements.update(
                        BEGIN,
                        tenant,
                        tenant,
                        tenant,
                        UNSURE_TICKS,
                        now,
                        now + ticks(delay),
                        now,
                        now - ticks(interval),
                        tenant)
                > 0;
    }

    private static long ticks(Duration duration) {
        return duration.toMillis() * (WireTime.TICKS_PER_SECOND / 1000);
    }

    @Transactional
    List<RetroHunt> open() {
        return statements.list(OPEN, RetroHunt::of);
    }

    /// Lets one run whose time has come.
    @Transactional
    boolean run(RetroHunt hunt) {
        long now = WireTime.now().ticks();
        statements.update(AWAIT, SeenEvents.CONSUMER, hunt.tenant(), hunt.id(), now);
        return statements.update(RUN, now, hunt.tenant(), hunt.id()) > 0;
    }

    /// Within the caller's transaction, which stores what was found.
    ///
    /// @param place the last that was done of the phase, null when it is over
    /// @throws IllegalStateException when somebody else has moved it meanwhile
    RetroHunt move(RetroHunt from, String place, RetroHunt.Found found) {
        WireTime now = WireTime.now();
        boolean over = place == null && from.phase().isLast();
        Phase phase = place == null && !over ? from.phase().next() : from.phase();
        String at = place != null ? place : over ? from.place() : "";
        int moved = statements.update(
                MOVE,
                phase.name(),
                at,
                found.looked(),
                found.matched(),
                found.machines(),
                found.alerts(),
                found.passedOver(),
                now.ticks(),
                over,
                over,
                now.ticks(),
                from.tenant(),
                from.id(),
                from.phase().name(),
                from.place());
        if (moved == 0) {
            throw new IllegalStateException("another replica goes on with hunt " + from.id());
        }
        return new RetroHunt(
                from.tenant(),
                from.id(),
                over ? RetroHunt.State.Finished : from.state(),
                from.since(),
                from.begun(),
                from.ready(),
                phase,
                at,
                from.found().and(found),
                now,
                over ? now : null);
    }

    @Transactional
    List<RetroHunt> page(UUID tenant, long below, int most) {
        return statements.list(LIST, RetroHunt::of, tenant, below, most);
    }

    @Transactional
    Optional<RetroHunt> find(UUID tenant, long id) {
        return statements.list(ONE, RetroHunt::of, tenant, id).stream().findFirst();
    }

    @Transactional
    int prune(WireTime before) {
        return statements.update(PRUNE, before.ticks());
    }
}
