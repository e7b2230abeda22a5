package io.tocsin.response.playbook;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.response.ResponseProblem;
import io.tocsin.secret.Secrets;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// What calls to partners carry, sealed at rest (docs/adr/023). Each is for one host: who may write playbooks cannot
/// send
/// it elsewhere, and nobody can read it.
@ApplicationScoped
class PlaybookSecrets {

    private static final String PURPOSE = "playbook";
    private static final int MOST = 100;

    private final Statements statements;
    private final Secrets secrets;
    private final Audit audit;

    PlaybookSecrets(Statements statements, Secrets secrets, Audit audit) {
        this.statements = statements;
        this.secrets = secrets;
        this.audit = audit;
    }

    @Transactional
    SecretList list(UUID tenant) {
        return new SecretList(statements.list(
                "select name, host, updated_by, updated_ticks from playbook_secret where tenant_id = ? order by name",
                row -> new SecretView(
                        row.getString("name"),
                        row.getString("host"),
                        row.getString("updated_by"),
                        Statements.time(row, "updated_ticks")),
                tenant));
    }

    /// Called outside of a transaction, since a tenant's first secret makes its key.
    SecretView put(Caller caller, String name, SecretRequest request) {
        UUID tenant = caller.tenant();
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw PlaybookProblem.at("name", "is none: letters, digits, _ and -, 64 at most");
        }
        secrets.prepare(tenant);
        String host = request.host().strip().toLowerCase(Locale.ROOT);
        return QuarkusTransaction.requiringNew().call(() -> {
            byte[] sealed = secrets.seal(tenant, PURPOSE, name, request.value().getBytes(StandardCharsets.UTF_8));
            long stored = statements.update(
                    """
                    insert into playbook_secret (tenant_id, name, host, sealed, updated_by, updated_ticks)
                    select cast(? as uuid), ?, ?, ?, ?, ? where (select count(*) from playbook_secret where tenant_id = ?
                        and name <> ?) < ?
                    on conflict (tenant_id, name) do update set host = excluded.host, sealed = excluded.sealed,
                        updated_by = excluded.updated_by, updated_ticks = excluded.updated_ticks
                    """,
                    tenant,
                    name,
                    host,
                    sealed,
                    caller.name(),
                    WireTime.now().ticks(),
                    tenant,
                    name,
                    MOST);
            if (stored == 0) {
                throw PlaybookProblem.at("secrets", "are " + MOST + " already");
            }
            audit.record(tenant, caller.name(), "playbook-secret.put", name, Map.of("host", host));
            return list(tenant).value().stream()
                    .filter(it -> it.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        });
    }

    @Transactional
    void delete(Caller caller, String name) {
        if (statements.update("delete from playbook_secret where tenant_id = ? and name = ?", caller.tenant(), name)
                != 1) {
            throw new ProblemException(ResponseProblem.PLAYBOOK_NOT_FOUND, "Secret " + name + " was not found");
        }
        audit.record(caller.tenant(), caller.name(), "playbook-secret.delete", name, Map.of());
    }

    /// For a call to this host.
    ///
    /// @throws IllegalArgumentException when there is none, or it is for another host
    String reveal(UUID tenant, String name, String host) {
        record Row(String host, byte[] sealed) {}
        List<Row> found = statements.list(
                "select host, sealed from playbook_secret where tenant_id = ? and name = ?",
                row -> new Row(row.getString("host"), row.getBytes("sealed")),
                tenant,
                name);
        if (found.isEmpty()) {
            throw new IllegalArgumentException("There is no secret " + name);
        }
        if (!found.getFirst().host().equals(host.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Secret " + name + " is for another host");
        }
        return new String(secrets.open(tenant, PURPOSE, name, found.getFirst().sealed()), StandardCharsets.UTF_8);
    }
}
