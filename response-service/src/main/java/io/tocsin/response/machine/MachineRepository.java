package io.tocsin.response.machine;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.tocsin.db.AddressMarks;
import io.tocsin.db.NativeQueries;
import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Machines as they are read, and the statements that make and update them.
@ApplicationScoped
class MachineRepository implements PanacheRepositoryBase<MachineEntity, MachineEntity.Key> {

    /// New and changed sightings behind the position, in commit order (docs/adr/007), become machines in one
    /// statement.
    private static final String TAKE_SIGHTINGS = """
            with news as (
                select s.* from machine_sighting s
                where (s.change_xid, s.change_id) > (
                    coalesce((select p.change_xid from sighting_position p where p.consumer = 'machine'), '0'::xid8),
                    coalesce((select p.change_id from sighting_position p where p.consumer = 'machine'), 0))
                  and s.change_xid < feed_horizon()
                order by s.change_xid, s.change_id limit ?),
            made as (
                insert into machine (tenant_id, id, computer_dns_name, first_seen_ticks, last_seen_ticks, os_platform,
                    last_ip_address, health_status, onboarding_status)
                select tenant_id, machine_id, device_name, first_seen_ticks, last_seen_ticks, os_platform,
                    last_ip_address, 'Active', 'Onboarded' from news
                on conflict (tenant_id, id) do update set
                    computer_dns_name = coalesce(machine.computer_dns_name, excluded.computer_dns_name),
                    first_seen_ticks = least(machine.first_seen_ticks, excluded.first_seen_ticks),
                    last_seen_ticks = greatest(machine.last_seen_ticks, excluded.last_seen_ticks),
                    os_platform = coalesce(machine.os_platform, excluded.os_platform),
                    last_ip_address = coalesce(excluded.last_ip_address, machine.last_ip_address),
                    health_status = case when excluded.last_seen_ticks > machine.last_seen_ticks then 'Active'
                        else machine.health_status end,
                    onboarding_status = case when machine.onboarding_status = 'InsufficientInfo' then 'Onboarded'
                        else machine.onboarding_status end),
            moved as (
                insert into sighting_position (consumer, change_xid, change_id)
                select 'machine', change_xid, change_id from news order by change_xid desc, change_id desc limit 1
                on conflict (consumer) do update set change_xid = excluded.change_xid, change_id = excluded.change_id)
            select count(*) from news
            """;

    private static final String CHECK_IN = """
            insert into machine (tenant_id, id, computer_dns_name, first_seen_ticks, last_seen_ticks, os_platform, version,
                os_build, os_processor, os_architecture, agent_version, last_ip_address, ip_addresses,
                last_external_ip_address, is_aad_joined, health_status, onboarding_status)
            values (?, ?, ?, ?, ?, ?, ?, cast(? as bigint), ?, ?, ?, ?, coalesce(cast(? as jsonb), '[]'), ?,
                cast(? as boolean), 'Active', 'Onboarded')
            on conflict (tenant_id, id) do update set
                first_seen_ticks = least(machine.first_seen_ticks, excluded.first_seen_ticks),
                last_seen_ticks = greatest(machine.last_seen_ticks, excluded.last_seen_ticks),
                os_platform = coalesce(excluded.os_platform, machine.os_platform),
                version = coalesce(excluded.version, machine.version),
                os_build = coalesce(excluded.os_build, machine.os_build),
                os_processor = coalesce(excluded.os_processor, machine.os_processor),
                os_architecture = coalesce(excluded.os_architecture, machine.os_architecture),
                agent_version = coalesce(excluded.agent_version, machine.agent_version),
                last_ip_address = coalesce(excluded.last_ip_address, machine.last_ip_address),
                last_external_ip_address = coalesce(excluded.last_external_ip_address, machine.last_external_ip_address),
                is_aad_joined = coalesce(excluded.is_aad_joined, machine.is_aad_joined),
                ip_addresses = case when cast(? as jsonb) is null then machine.ip_addresses else excluded.ip_addresses end,
                health_status = 'Active', onboarding_status = 'Onboarded'
            """;

    /// Those called so that stand for it: one that was replaced does not beside one that was not, nor one
    /// that is not onboarded beside one that is.
    private static final String CLAIMED = """
            select id from (
                select id, rank() over (order by merged_into_machine_id is null desc, onboarding_status = 'Onboarded' desc) as rank
                from machine where tenant_id = ? and %s = ?) called
            where rank = 1 limit 2
            """;

    /// An id of the directory stays with the machine that has it for as long as that is onboarded.
    private static final String CLAIM = """
            update machine set aad_device_id = ?
            where tenant_id = ? and id = ? and not exists (
                select from machine holder where holder.tenant_id = machine.tenant_id and holder.aad_device_id = ?
                    and holder.id <> machine.id and holder.onboarding_status = 'Onboarded')
            """;

    /// Who has it without being onboarded gives it up, lest two have it once they are again. One that checks
    /// in at this moment is left alone: it may wait for us.
    private static final String GIVE_UP = """
            update machine set aad_device_id = null where (tenant_id, id) in (
                select tenant_id, id from machine where tenant_id = ? and aad_device_id = ? and id <> ?
                for no key update skip locked)
            """;

    /// What a machine says it has now, and in which five minutes it says so (docs/adr/075): a row moves at
    /// most once in five minutes, and who checks in writes nothing else for that. An interface that is down
    /// has no address, and an address that leads nowhere finds no machine.
    private static final String TELL_ADDRESSES = """
            insert into machine_told_address as known (tenant_id, address, day, machine_id, first_ticks, last_ticks, seen)
            select m.tenant_id, told.address, ?, m.id, ?, ?, cast(? as bit(288)) from machine m
            cross join lateral (select distinct host(it.ip) as address
                from (select case when pg_input_is_valid(split_part(told ->> 'ipAddress', '%', 1), 'inet')
                            then split_part(told ->> 'ipAddress', '%', 1)::inet end as ip,
                        told ->> 'operationalStatus' as status, told ->> 'type' as type
                    from jsonb_array_elements(m.ip_addresses) told) it
                where it.ip is not null and coalesce(it.status, 'Up') in ('Up', 'Unknown')
                    and it.type is distinct from 'SoftwareLoopback'
                    and not it.ip <<= any(cast('{0.0.0.0/8,127.0.0.0/8,169.254.0.0/16,::/127,fe80::/10}' as inet[]))) told
            where m.tenant_id = ? and m.id = ?
            order by told.address
            on conflict (tenant_id, address, day, machine_id) do update set
                last_ticks = excluded.last_ticks, seen = known.seen | excluded.seen
            where excluded.last_ticks > known.last_ticks + ? or known.seen | excluded.seen <> known.seen
            """;

    private static final long FIVE_MINUTES = 300 * WireTime.TICKS_PER_SECOND;

    private final Statements statements;

    MachineRepository(Statements statements) {
        this.statements = statements;
    }

    void offboard(UUID tenant, String machineId) {
        // The agent first, as a check-in takes them.
        statements.update("update agent set revoked = true where tenant_id = ? and machine_id = ?", tenant, machineId);
        statements.update(
                "update machine set onboarding_status = 'CanBeOnboarded' where tenant_id = ? and id = ?",
                tenant,
                machineId);
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<MachineEntity> page(UUID tenant, DeviceScope scope, ODataQuery options) {
        Query page = getEntityManager()
                .createNativeQuery(
                        "select " + MachineEntity.COLUMNS + "from machine where tenant_id = ? and " + scope.ofMachines()
                                + " and (" + options.where() + ") " + options.page(),
                        MachineEntity.class);
        NativeQueries.bind(page, scope.parameters(tenant), options.parameters());
        return page.getResultList();
    }

    long count(UUID tenant, DeviceScope scope, ODataQuery options) {
        Query count = getEntityManager()
                .createNativeQuery("select count(*) from machine where tenant_id = ? and " + scope.ofMachines()
                        + " and (" + options.where() + ")");
        NativeQueries.bind(count, scope.parameters(tenant), options.parameters());
        return ((Number) count.getSingleResult()).longValue();
    }

    /// By id, by directory device id, or by name (contract 20 §2, wire-facts §7).
    ///
    /// @throws ProblemException 400 when an id of the directory or a name is claimed by several machines
    Optional<MachineEntity> find(UUID tenant, DeviceScope scope, String key) {
        String lower = key.strip().toLowerCase(Locale.ROOT);
        return byIds(tenant, scope, List.of(lower)).stream().findFirst().or(() -> claimed(tenant, scope, key, lower));
    }

    /// What a machine is called it says itself: an answer is only what one alone is called (docs/adr/075).
    /// Machines out of the caller's reach count, or reach would decide who is meant.
    private Optional<MachineEntity> claimed(UUID tenant, DeviceScope scope, String key, String lower) {
        UUID device = guid(lower);
        List<String> ids = statements.list(
                CLAIMED.formatted(device == null ? "lower(computer_dns_name)" : "aad_device_id"),
                row -> row.getString("id"),
                tenant,
                device == null ? lower : device);
        List<MachineEntity> inReach = byIds(tenant, scope, ids);
        if (ids.size() > 1 && !inReach.isEmpty()) {
            throw new ProblemException(
                    ResponseProblem.MACHINE_AMBIGUOUS, "Several machines are called " + key + "; name one by its id");
        }
        return inReach.stream().findFirst();
    }

    private static UUID guid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notAGuid) {
            return null;
        }
    }

    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<MachineEntity> byIds(UUID tenant, DeviceScope scope, List<String> ids) {
        getEntityManager().clear(); // rows are changed by SQL
        Query found = getEntityManager()
                .createNativeQuery(
                        "select " + MachineEntity.COLUMNS + "from machine where tenant_id = ? and " + scope.ofMachines()
                                + " and id = any(?)",
                        MachineEntity.class);
        NativeQueries.bind(found, scope.parameters(tenant), List.of((Object) ids.toArray(String[]::new)));
        return found.getResultList();
    }

    /// The machines of a selection.
    @SuppressWarnings("unchecked") // a native query with a result class is still untyped
    List<MachineEntity> page(UUID tenant, DeviceScope scope, MachineSelection selection, ODataQuery options) {
        Query page = getEntityManager()
                .createNativeQuery(
                        "select " + MachineEntity.COLUMNS + "from machine where tenant_id = ? and " + scope.ofMachines()
                                + " and " + selection.condition() + " and (" + options.where() + ") "
                                + options.page(selection.most()),
                        MachineEntity.class);
        NativeQueries.bind(page, scope.parameters(tenant), selection.parameters(), options.parameters());
        return page.getResultList();
    }

    long count(UUID tenant, DeviceScope scope, MachineSelection selection, ODataQuery options) {
        Query count = getEntityManager()
                .createNativeQuery("select count(*) from machine where tenant_id = ? and " + scope.ofMachines()
                        + " and " + selection.condition() + " and (" + options.where() + ")");
        NativeQueries.bind(count, scope.parameters(tenant), selection.parameters(), options.parameters());
        return ((Number) count.getSingleResult()).longValue();
    }

    /// A row of `alert` in reach: the machine it is on, or none.
    record AlertOnMachine(Optional<String> machineId) {}

    Optional<AlertOnMachine> machineOfAlert(UUID tenant, DeviceScope scope, String alertId) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(alertId);
        return statements
                .list(
                        "select machine_id from alert where tenant_id = ? and " + scope.on("alert") + " and id = ?",
                        row -> new AlertOnMachine(Optional.ofNullable(row.getString("machine_id"))),
                        parameters.toArray())
                .stream()
                .findFirst();
    }

    /// The accounts that were active on a machine, the latest first.
    List<LogonUserView> logonUsers(UUID tenant, String machineId) {
        return statements.list(
                """
                select s.value, u.account_name, u.account_domain, u.account_sid, s.first_seen_ticks, s.last_seen_ticks, s.labels,
                    others.machines, others.most, others.least
                from entity_sighting s
                join user_fact u on u.tenant_id = s.tenant_id and u.value = s.value
                cross join lateral (
                    select count(*) as machines,
                        (array_agg(o.machine_id order by bit_count(o.hours) desc, o.machine_id))[1] as most,
                        (array_agg(o.machine_id order by bit_count(o.hours), o.machine_id))[1] as least
                    from entity_sighting o where o.tenant_id = s.tenant_id and o.kind = 'User' and o.value = s.value) others
                where s.tenant_id = ? and s.kind = 'User' and s.machine_id = ?
                order by s.last_seen_ticks desc, s.value limit 1000
                """,
                row -> new LogonUserView(
                        row.getString("value"),
                        row.getString("account_name"),
                        row.getString("account_domain"),
                        row.getString("account_sid"),
                        Statements.time(row, "first_seen_ticks"),
                        Statements.time(row, "last_seen_ticks"),
                        row.getString("most"),
                        row.getString("least"),
                        logonTypes(row),
                        row.getLong("machines"),
                        null,
                        isOnlyNetwork(row)),
                tenant,
                machineId);
    }

    private static String logonTypes(ResultSet row) throws SQLException {
        List<String> types = Statements.strings(row, "labels");
        return types.isEmpty() ? null : String.join(",", types);
    }

    private static Boolean isOnlyNetwork(ResultSet row) throws SQLException {
        List<String> types = Statements.strings(row, "labels");
        return types.isEmpty() ? null : types.equals(List.of("Network"));
    }

    int takeSightings(int most) {
        return statements.list(TAKE_SIGHTINGS, row -> row.getInt(1), most).getFirst();
    }

    void checkIn(UUID tenant, String id, CheckIn it, long now) {
        statements.update(
                CHECK_IN,
                tenant,
                id,
                it.computerDnsName(),
                now,
                now,
                it.osPlatform(),
                it.version(),
                it.osBuild(),
                it.osProcessor(),
                it.osArchitecture(),
                it.agentVersion(),
                it.lastIpAddress(),
                it.ipAddressesJson(),
                it.lastExternalIpAddress(),
                it.isAadJoined(),
                it.ipAddressesJson());
        int day = Math.toIntExact(Math.floorDiv(now, 86_400 * WireTime.TICKS_PER_SECOND));
        var seen = new BitSet(AddressMarks.A_DAY);
        seen.set(AddressMarks.of(now));
        statements.update(TELL_ADDRESSES, day, now, now, AddressMarks.text(seen), tenant, id, FIVE_MINUTES);
    }

    /// Gives a machine the directory's id it claims, after its check-in; two claims of one id follow one
    /// another.
    ///
    /// @return whether it has it now
    boolean claim(UUID tenant, String id, UUID device) {
        boolean held = !statements
                .list(
                        "select 1 from machine where tenant_id = ? and id = ? and aad_device_id = ?",
                        row -> row.getInt(1),
                        tenant,
                        id,
                        device)
                .isEmpty();
        if (held) {
            return true;
        }
        statements.list(
                "select pg_advisory_xact_lock(hashtextextended(?, 0))", row -> true, tenant + " directory " + device);
        boolean won = statements.update(CLAIM, device, tenant, id, device) == 1;
        if (won) {
            statements.update(GIVE_UP, tenant, device, id);
        }
        return won;
    }

    /// Forgets which addresses were told before a day.
    int forgetAddresses(int day, int most) {
        return statements.update(
                "delete from machine_told_address where ctid = any(array(select ctid from machine_told_address where day < ? limit ?))",
                day,
                most);
    }
}
