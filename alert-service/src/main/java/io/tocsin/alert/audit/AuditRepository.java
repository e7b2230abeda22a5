package io.tocsin.alert.audit;

import io.tocsin.db.Statements;
import io.tocsin.odata.ODataQuery;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/// The audit's rows and seals in the database.
@ApplicationScoped
class AuditRepository {

    private static final String SETTLED = "change_xid < feed_horizon()";

    private final Statements statements;

    AuditRepository(Statements statements) {
        this.statements = statements;
    }

    /// Makes this transaction the only sealer, or says that another replica is one.
    boolean lockSealer() {
        return !statements
                .list(
                        "select 1 from audit_position where consumer = 'sealer' for update skip locked",
                        row -> row.getInt(1))
                .isEmpty();
    }

    /// Rows of all tenants behind the sealer's position, in the order of the chain; none of a transaction that is open.
    List<AuditEntry> unsealed(int most) {
        return statements.list(
                "select " + AuditEntry.COLUMNS + " from audit_entry where (change_xid, id) > ("
                        + "(select change_xid from audit_position where consumer = 'sealer'),"
                        + "(select entry_id from audit_position where consumer = 'sealer')) and " + SETTLED
                        + " order by change_xid, id limit ?",
                AuditEntry::of,
                most);
    }

    void moveSealerTo(AuditEntry last) {
        statements.update(
                "update audit_position set change_xid = ?::xid8, entry_id = ? where consumer = 'sealer'",
                last.changeXid(),
                last.id());
    }

    /// The end of a tenant's chain: its newest seal, or what stands for it when older ones were removed.
    Optional<Head> head(UUID tenant) {
        return statements.list("""
                        (select seq, hash from audit_seal where tenant_id = ? order by seq desc limit 1)
                        union all select seq, hash from audit_anchor where tenant_id = ?
                        order by seq desc limit 1
                        """, row -> new Head(row.getLong("seq"), row.getBytes("hash")), tenant, tenant).stream()
                .findFirst();
    }

    void add(Seal seal) {
        statements.update(
                "insert into audit_seal (tenant_id, seq, last_change_xid, last_id, entries, sealed_ticks, previous_hash,"
                        + " hash) values (?, ?, ?::xid8, ?, ?, ?, ?, ?)",
                seal.tenant(),
                seal.seq(),
                seal.lastChangeXid(),
                seal.lastId(),
                seal.entries(),
                seal.sealed().ticks(),
                seal.previousHash(),
                seal.hash());
    }

    /// Newest first, below a position when one is given. Rows that could still be overtaken are left out, so that pages
    /// neither skip nor repeat while others write.
    AuditPage page(UUID tenant, ODataQuery query, AuditCursor below) {
        var parameters = new ArrayList<Object>();
        parameters.add(tenant);
        parameters.addAll(query.parameters());
        String behind = "";
        if (below != null) {
            behind = " and (change_xid, id) < (?::xid8, ?)";
            parameters.add(below.changeXid());
            parameters.add(below.id());
        }
        parameters.add(query.limit());
        var end = new AtomicReference<AuditCursor>();
        var entries = statements.list(
                "select " + AuditEntry.COLUMNS + ", (select s.seq from audit_seal s where s.tenant_id = e.tenant_id"
                        + " and (s.last_change_xid, s.last_id) >= (e.change_xid, e.id)"
                        + " order by s.last_change_xid, s.last_id limit 1) as seal_seq"
                        + " from audit_entry e where tenant_id = ? and (" + query.where() + ")" + behind + " and "
                        + SETTLED + " order by change_xid desc, id desc limit ?",
                row -> {
                    end.set(new AuditCursor(row.getString("change_xid"), row.getLong("id")));
                    return AuditView.of(row);
                },
                parameters.toArray());
        return new AuditPage(entries, end.get());
    }

    List<Seal> seals(UUID tenant, ODataQuery query) {
        var parameters = new ArrayList<Object>();
        parameters.add(tenant);
        parameters.addAll(query.parameters());
        return statements.list(
                "select " + Seal.COLUMNS + " from audit_seal where tenant_id = ? and (" + query.where() + ") "
                        + query.page(),
                Seal::of,
                parameters.toArray());
    }

    /// Removes the tenant's oldest batch when it was sealed before a time; how many rows went.
    long prune(UUID tenant, long sealedBeforeTicks) {
        return statements
                .list("select prune_audit(?, ?)", row -> row.getLong(1), tenant, sealedBeforeTicks)
                .getFirst();
    }

    List<UUID> tenantsSealedBefore(long ticks) {
        return statements.list(
                "select distinct tenant_id from audit_seal where sealed_ticks < ?",
                row -> row.getObject(1, UUID.class),
                ticks);
    }

    /// @param seq of the newest seal
    /// @param hash of it
    record Head(long seq, byte[] hash) {}
}
