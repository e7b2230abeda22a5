package io.tocsin.response.agent;

import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.machine.CheckIn;
import io.tocsin.response.machine.MachineId;
import io.tocsin.response.machine.MachineInventory;
import io.tocsin.response.machine.MachineService;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// Enrols machines and keeps what their agents say.
@ApplicationScoped
class AgentService {

    private final Statements statements;
    private final MachineService machines;
    private final MachineInventory inventory;
    private final DeviceScopes scopes;
    private final AgentConfig config;
    private final Audit audit;
    private final RoutingContext request;

    AgentService(
            Statements statements,
            MachineService machines,
            MachineInventory inventory,
            DeviceScopes scopes,
            AgentConfig config,
            Audit audit,
            RoutingContext request) {
        this.statements = statements;
        this.machines = machines;
        this.inventory = inventory;
        this.scopes = scopes;
        this.config = config;
        this.audit = audit;
        this.request = request;
    }

    /// A token may enrol any machine, also one that is known, so it is only for who reaches all of them.
    ///
    /// @throws ForbiddenException when a device group is closed to the caller
    @Transactional
    AgentViews.EnrollmentToken newToken(Caller caller, Duration life) {
        requireReach(caller);
        String token = Secrets.random();
        statements.update(
                "insert into enrollment_token (token_hash, tenant_id, created_by, expires_at) values (?, ?, ?, now() + ? * interval '1 second')",
                Secrets.hash(token),
                caller.tenant(),
                caller.name(),
                life.toSeconds());
        audit.record(
                caller.tenant(), caller.name(), "agent.token", "enrollment-token", Map.of("seconds", life.toSeconds()));
        return new AgentViews.EnrollmentToken(
                id(Secrets.hash(token)), token, WireTime.now().plusSeconds(life.toSeconds()));
    }

    /// What a token is called: the half of its hash, by which nobody can enrol.
    private static String id(byte[] hash) {
        return HexFormat.of().formatHex(hash, 0, hash.length / 2);
    }

    /// Those that can still enrol a machine, of whoever made them.
    @Transactional
    AgentViews.OpenTokens openTokens(Caller caller) {
        requireReach(caller);
        return new AgentViews.OpenTokens(statements.list(
                """
                select token_hash, created_by, expires_at from enrollment_token
                where tenant_id = ? and used_at is null and expires_at > now() order by expires_at limit 1000
                """,
                row -> new AgentViews.OpenToken(
                        id(row.getBytes("token_hash")),
                        row.getString("created_by"),
                        WireTime.of(row.getTimestamp("expires_at").toInstant())),
                caller.tenant()));
    }

    /// Takes a token back.
    ///
    /// @throws ProblemException 404 when there is none of this id that could still be used
    @Transactional
    void revokeToken(Caller caller, String id) {
        requireReach(caller);
        boolean won = statements.update("""
                update enrollment_token set expires_at = now(), revoked_by = ?
                where tenant_id = ? and left(encode(token_hash, 'hex'), 32) = ? and used_at is null and expires_at > now()
                """, caller.name(), caller.tenant(), id) == 1;
        if (!won) {
            throw new ProblemException(ResponseProblem.TOKEN_NOT_FOUND, "Token " + id + " was not found");
        }
        audit.record(caller.tenant(), caller.name(), "agent.token-revoke", id, Map.of());
    }

    /// Takes the machine's credentials back: its agent is told 401, and can only be enrolled anew.
    ///
    /// @throws ProblemException 404 without the machine or an agent of it
    @Transactional
    void revoke(Caller caller, String machineKey) {
        String machineId = machines.get(caller, machineKey).id();
        int revoked = statements.update(
                "update agent set revoked = true where tenant_id = ? and machine_id = ? and not revoked",
                caller.tenant(),
                machineId);
        if (revoked == 0) {
            throw new ProblemException(ResponseProblem.TOKEN_NOT_FOUND, "Machine " + machineId + " has no agent");
        }
        audit.record(caller.tenant(), caller.name(), "agent.revoke", machineId, Map.of("credentials", revoked));
    }

    /// Makes another credential for whoever has one. The one before counts until the new one checks in, so that an
    /// answer that is lost locks nobody out.
    @Transactional
    AgentViews.Credential rotate(Device device) {
        UUID agentId = UUID.randomUUID();
        String secret = Secrets.random();
        // One that was made before and never used is not needed any more: at most one waits for its first use.
        statements.update("""
                update agent a set revoked = true from agent mine
                where mine.agent_id = ? and a.tenant_id = mine.tenant_id and a.machine_id = mine.machine_id
                  and a.enrolled_ticks > mine.enrolled_ticks and a.last_check_in_ticks is null and not a.revoked
                """, device.agentId());
        statements.update("""
                insert into agent (agent_id, tenant_id, machine_id, credential_hash, enrolled_ticks, fed_group)
                select cast(? as uuid), tenant_id, machine_id, ?, greatest(?, enrolled_ticks + 1), fed_group from agent where agent_id = ?
                """, agentId, Secrets.hash(secret), WireTime.now().ticks(), device.agentId());
        audit.record(device.tenant(), device.machineId(), "agent.rotate", agentId.toString(), Map.of());
        return new AgentViews.Credential(Devices.PREFIX + agentId + "." + secret);
    }

    /// Notes for which device group the agent begins to be told of indicators: in another one it begins anew.
    @Transactional
    void fed(Device device) {
        if (device.hasMoved()) {
            statements.update(
                    "update agent set fed_group = ? where agent_id = ? and fed_group = ?", // not what changed meanwhile
                    device.recipient().groupId(),
                    device.agentId(),
                    device.fedGroup());
        }
    }

    private void requireReach(Caller caller) {
        if (!scopes.of(caller).isEverything()) {
            throw new ForbiddenException(
                    "Enrolment tokens are for applications and for people to whom no device group is closed");
        }
    }

    /// Uses the token up, makes the machine and its new credential, and revokes the machine's earlier ones: all or
    /// nothing.
    @Transactional
    AgentViews.Enrolled enroll(EnrollRequest it) {
        List<UUID> tenants = statements.list(
                "update enrollment_token set used_at = now() where token_hash = ? and used_at is null and expires_at > now() returning tenant_id",
                row -> row.getObject(1, UUID.class),
                (Object) Secrets.hash(it.token()));
        if (tenants.isEmpty()) {
            throw new UnauthorizedException();
        }
        UUID tenant = tenants.getFirst();
        String name = it.computerDnsName().toLowerCase(Locale.ROOT);
        String machineId = MachineId.ofName(tenant, name);
        machines.checkIn(
                tenant,
                machineId,
                new CheckIn(
                        name,
                        it.osPlatform(),
                        it.version(),
                        it.osBuild(),
                        it.osProcessor(),
                        it.osArchitecture(),
                        it.agentVersion(),
                        Addresses.last(it.ipAddresses()),
                        Addresses.json(it.ipAddresses()),
                        Addresses.external(request),
                        it.aadDeviceId(),
                        it.isAadJoined()));
        statements.update("update agent set revoked = true where tenant_id = ? and machine_id = ?", tenant, machineId);
        UUID agentId = UUID.randomUUID();
        String secret = Secrets.random();
        statements.update(
                "insert into agent (agent_id, tenant_id, machine_id, credential_hash, enrolled_ticks) values (?, ?, ?, ?, ?)",
                agentId,
                tenant,
                machineId,
                Secrets.hash(secret),
                WireTime.now().ticks());
        // What an earlier agent of the machine took and will never report goes to this one at once.
        statements.update(
                "update machine_action set lease_expires_at = now() where tenant_id = ? and machine_id = ? and status = 'InProgress'",
                tenant,
                machineId);
        audit.record(tenant, machineId, "agent.enroll", agentId.toString(), Map.of("computerDnsName", name));
        return new AgentViews.Enrolled(
                machineId,
                Devices.PREFIX + agentId + "." + secret,
                config.checkInInterval().toSeconds());
    }

    /// Those of these credentials that count no more.
    List<UUID> revoked(UUID[] agentIds) {
        return statements.list("""
                select asked.id from unnest(cast(? as uuid[])) asked (id)
                where not exists (select from agent a where a.agent_id = asked.id and not a.revoked)
                """, row -> row.getObject(1, UUID.class), (Object) agentIds);
    }

    @Transactional
    AgentViews.CheckedIn checkIn(Device device, CheckInRequest it) {
        // The machine first, as wherever both are locked.
        machines.checkIn(
                device.tenant(),
                device.machineId(),
                new CheckIn(
                        null,
                        it.osPlatform(),
                        it.version(),
                        it.osBuild(),
                        null,
                        null,
                        it.agentVersion(),
                        Addresses.last(it.ipAddresses()),
                        Addresses.json(it.ipAddresses()),
                        Addresses.external(request),
                        it.aadDeviceId(),
                        it.isAadJoined()));
        statements.update(
                "update agent set last_check_in_ticks = ? where agent_id = ?",
                WireTime.now().ticks(),
                device.agentId());
        statements.update("""
                update agent a set revoked = true from agent mine
                where mine.agent_id = ? and a.tenant_id = mine.tenant_id and a.machine_id = mine.machine_id
                  and a.enrolled_ticks < mine.enrolled_ticks and not a.revoked
                """, device.agentId());
        inventory.take(device.tenant(), device.machineId(), it.software(), it.missingKbs());
        return new AgentViews.CheckedIn(
                device.machineId(), config.checkInInterval().toSeconds());
    }
}
