package io.tocsin.alert.audit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// A row of the audit as it is stored.
///
/// @param changeXid the writing transaction; with `id` the order of the chain
/// @param detail the text PostgreSQL makes of its `jsonb`, or null
record AuditEntry(
        String changeXid,
        long id,
        UUID tenant,
        String service,
        long ticks,
        String actor,
        String permission,
        String action,
        String target,
        String detail,
        String requestId) {

    static final String COLUMNS = "change_xid, id, tenant_id, service, at_ticks, actor, permission, action, target,"
            + " cast(detail as text) as detail_text, request_id";

    private static final int NULL = -1;

    static AuditEntry of(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getString("change_xid"),
                row.getLong("id"),
                row.getObject("tenant_id", UUID.class),
                row.getString("service"),
                row.getLong("at_ticks"),
                row.getString("actor"),
                row.getString("permission"),
                row.getString("action"),
                row.getString("target"),
                row.getString("detail_text"),
                row.getString("request_id"));
    }

    /// What is hashed (docs/audit.md): each field as its length in four bytes and its UTF-8 text, null as the length
    /// -1,
    /// so that no two different rows have the same bytes. This form never changes: seals of years depend on it.
    byte[] canonicalBytes() {
        var bytes = new ByteArrayOutputStream(256);
        for (String field : new String[] {
            Long.toString(id),
            tenant.toString(),
            service,
            Long.toString(ticks),
            actor,
            permission,
            action,
            target,
            detail,
            requestId
        }) {
            byte[] text = field == null ? new byte[0] : field.getBytes(StandardCharsets.UTF_8);
            bytes.writeBytes(ByteBuffer.allocate(4)
                    .putInt(field == null ? NULL : text.length)
                    .array());
            bytes.writeBytes(text);
        }
        return bytes.toByteArray();
    }
}
