package io.tocsin.alert.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/// Reads chains from their beginning and recomputes every link. It reads from one snapshot and holds one row at a time,
/// so
/// that a chain of years needs no memory.
@ApplicationScoped
class AuditVerifier {

    private static final int FETCH = 1_000;

    private final DataSource database;

    AuditVerifier(DataSource database) {
        this.database = database;
    }

    /// Every tenant that has audit rows or seals.
    List<UUID> tenants() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "select tenant_id from audit_entry union select tenant_id from audit_seal");
                ResultSet rows = select.executeQuery()) {
            var tenants = new ArrayList<UUID>();
            while (rows.next()) {
                tenants.add(rows.getObject(1, UUID.class));
            }
            return tenants;
        }
    }

    /// @param expected a seal somebody kept outside, which must be in the chain as it was
    Verdict verify(UUID tenant, Optional<KnownSeal> expected) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return new Chain(connection, tenant, expected).verify();
            } finally {
                connection.rollback();
                connection.setReadOnly(false);
                connection.setAutoCommit(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            }
        }
    }

    /// @param seq of a seal kept outside
    /// @param hash of it, in hex
    record KnownSeal(long seq, String hash) {}

    /// How a verification ended.
    ///
    /// @param seals how many links hold
    /// @param entries how many rows they seal
    /// @param unsealed rows the chain has not reached yet
    /// @param fault the first broken link and why, or null
    record Verdict(UUID tenant, long seals, long entries, long unsealed, String fault) {
        boolean holds() {
            return fault == null;
        }
    }

    private static final class Chain {

        private final Connection connection;
        private final UUID tenant;
        private final Optional<KnownSeal> expected;
        private boolean expectedSeen;
        private long entries;

        Chain(Connection connection, UUID tenant, Optional<KnownSeal> expected) {
            this.connection = connection;
            this.tenant = tenant;
            this.expected = expected;
        }

        Verdict verify() throws SQLException {
            Seal anchor = anchor();
            Seal before = anchor;
            long seals = 0;
            try (PreparedStatement selectSeals = prepare(
                            "select " + Seal.COLUMNS + " from audit_seal where tenant_id = ? order by seq", tenant);
                    PreparedStatement selectEntries = prepare(
                            "select " + AuditEntry.COLUMNS + " from audit_entry where tenant_id = ?"
                                    + " order by change_xid, id",
                            tenant);
                    ResultSet rows = selectSeals.executeQuery();
                    ResultSet entryRows = selectEntries.executeQuery()) {
                while (rows.next()) {
                    Seal seal = Seal.of(rows);
                    String fault = link(before, seal, entryRows);
                    if (fault != null) {
                        return verdict(seals, 0, "seal " + seal.seq() + ": " + fault);
                    }
                    before = seal;
                    seals++;
                }
                long unsealed = 0;
                while (entryRows.next()) {
                    unsealed++;
                }
                return verdict(seals, unsealed, missingHead(anchor, before));
            }
        }

        private Verdict verdict(long seals, long unsealed, String fault) {
            return new Verdict(tenant, seals, entries, unsealed, fault);
        }

        /// What the chain begins behind: nothing, or the last seal that was removed.
        private Seal anchor() throws SQLException {
            try (PreparedStatement select = prepare(
                            "select tenant_id, seq, last_change_xid, last_id, 0 as entries, 0::bigint as sealed_ticks,"
                                    + " hash as previous_hash, hash from audit_anchor where tenant_id = ?",
                            tenant);
                    ResultSet row = select.executeQuery()) {
                return row.next() ? Seal.of(row) : new Seal(tenant, 0, "0", 0, 0, null, null, SealHash.none());
            }
        }

        private String link(Seal before, Seal seal, ResultSet entryRows) throws SQLException {
            if (seal.seq() != before.seq() + 1) {
                return "follows seal " + before.seq() + ", so seals between them are gone";
            }
            if (!Arrays.equals(seal.previousHash(), before.hash())) {
                return "does not name the hash of the seal before it";
            }
            var hash = new SealHash(before.hash(), seal.seq());
            for (int i = 0; i < seal.entries(); i++) {
                if (!entryRows.next()) {
                    return "seals " + seal.entries() + " rows, of which " + (seal.entries() - i) + " are gone";
                }
                AuditEntry entry = AuditEntry.of(entryRows);
                if (isBehind(entry, seal)) {
                    return "seals " + seal.entries() + " rows, of which one before row " + entry.id() + " is gone";
                }
                boolean last = entry.changeXid().equals(seal.lastChangeXid()) && entry.id() == seal.lastId();
                if (last != (i == seal.entries() - 1)) {
                    return "row " + entry.id() + " is not at its place: a row was added or removed before it";
                }
                hash.add(entry);
                entries++;
            }
            String computed = HexFormat.of().formatHex(hash.value());
            if (!computed.equals(HexFormat.of().formatHex(seal.hash()))) {
                return "its hash is not that of its rows: one of the rows up to " + seal.lastId() + " was altered";
            }
            return unlikeExpected(seal, computed);
        }

        private static boolean isBehind(AuditEntry entry, Seal seal) {
            int order = Long.compareUnsigned(
                    Long.parseUnsignedLong(entry.changeXid()), Long.parseUnsignedLong(seal.lastChangeXid()));
            return order > 0 || order == 0 && entry.id() > seal.lastId();
        }

        private String unlikeExpected(Seal seal, String computed) {
            if (expected.isEmpty() || expected.get().seq() != seal.seq()) {
                return null;
            }
            expectedSeen = true;
            return computed.equalsIgnoreCase(expected.get().hash())
                    ? null
                    : "its hash is not the one that was kept outside: the chain was rewritten";
        }

        private String missingHead(Seal anchor, Seal head) {
            if (expected.isEmpty() || expectedSeen || expected.get().seq() <= anchor.seq()) {
                return null;
            }
            return "seal " + expected.get().seq() + ", which was kept outside, is gone: the chain ends at seal "
                    + head.seq();
        }

        private PreparedStatement prepare(String sql, UUID tenant) throws SQLException {
            PreparedStatement select = connection.prepareStatement(sql);
            select.setFetchSize(FETCH);
            select.setObject(1, tenant);
            return select;
        }
    }
}
