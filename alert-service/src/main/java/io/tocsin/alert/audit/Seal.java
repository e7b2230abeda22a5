package io.tocsin.alert.audit;

import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// One link of a tenant's chain: the rows behind the seal before it, up to `lastChangeXid` and `lastId`.
///
/// @param seq 1 for a tenant's first, then without a gap
/// @param entries how many rows it seals, at least 1
record Seal(
        UUID tenant,
        long seq,
        String lastChangeXid,
        long lastId,
        int entries,
        WireTime sealed,
        byte[] previousHash,
        byte[] hash) {

    static final String COLUMNS =
            "tenant_id, seq, last_change_xid, last_id, entries, sealed_ticks, previous_hash, hash";

    static Seal of(ResultSet row) throws SQLException {
        return new Seal(
                row.getObject("tenant_id", UUID.class),
                row.getLong("seq"),
                row.getString("last_change_xid"),
                row.getLong("last_id"),
                row.getInt("entries"),
                new WireTime(row.getLong("sealed_ticks")),
                row.getBytes("previous_hash"),
                row.getBytes("hash"));
    }
}
