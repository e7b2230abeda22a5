package io.tocsin.response.agent;

import io.quarkus.security.UnauthorizedException;
import io.tocsin.db.Statements;
import io.tocsin.response.indicatorfeed.Recipient;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.transaction.Transactional;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;

/// Finds who speaks by the device credential `tad_<agent id>.<secret>`; there is no other way into an agent's routes,
/// and
/// none of them takes a machine id from the caller.
@RequestScoped
public class Devices {

    static final String PREFIX = "tad_";

    private final Statements statements;
    private final RoutingContext request;
    private Device known;

    Devices(Statements statements, RoutingContext request) {
        this.statements = statements;
        this.request = request;
    }

    /// @throws UnauthorizedException without a valid credential
    @Transactional
    public Device current() {
        if (known == null) {
            known = identified();
        }
        return known;
    }

    private Device identified() {
        String header = request.request().getHeader("Authorization");
        if (header == null || !header.startsWith("Bearer " + PREFIX)) {
            throw new UnauthorizedException();
        }
        String[] parts = header.substring(("Bearer " + PREFIX).length()).split("\\.", 2);
        if (parts.length != 2) {
            throw new UnauthorizedException();
        }
        return find(uuid(parts[0]), Secrets.hash(parts[1]));
    }

    private Device find(UUID agentId, byte[] hash) {
        record Row(Device device, byte[] hash) {}
        List<Row> rows = statements.list(
                """
                select a.tenant_id, a.machine_id, a.credential_hash, m.rbac_group_id, m.rbac_group_name,
                    m.os_platform, a.fed_group from agent a
                left join machine m on m.tenant_id = a.tenant_id and m.id = a.machine_id
                where a.agent_id = ? and not a.revoked
                """,
                row -> new Row(
                        new Device(
                                agentId,
                                row.getObject("tenant_id", UUID.class),
                                row.getString("machine_id"),
                                Recipient.of(
                                        row.getLong("rbac_group_id"),
                                        row.getString("rbac_group_name"),
                                        row.getString("os_platform")),
                                row.getLong("fed_group")),
                        row.getBytes("credential_hash")),
                agentId);
        if (rows.isEmpty() || !MessageDigest.isEqual(rows.getFirst().hash(), hash)) {
            throw new UnauthorizedException();
        }
        return rows.getFirst().device();
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            throw new UnauthorizedException(notOne);
        }
    }
}
