package io.tocsin.alert.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;

/// One change on the wire of `GET /v1/audit` (docs/api.md).
///
/// @param actor the application, user or machine that did it, or the part of the service that did it by itself
/// @param permission what opened the route; null when it was no request of a caller with a token
/// @param detail what explains the change, with `before` and `after` where something was changed
/// @param requestId `X-Request-Id` of the request that did it; null when it was none
/// @param sealSeq the seal that holds it; null for the last second's rows
@RegisterForReflection
record AuditView(
        long id,
        WireTime time,
        String service,
        String actor,
        String permission,
        String action,
        String target,
        @JsonRawValue String detail,
        String requestId,
        Long sealSeq) {

    static AuditView of(ResultSet row) throws SQLException {
        AuditEntry entry = AuditEntry.of(row);
        return new AuditView(
                entry.id(),
                new WireTime(entry.ticks()),
                entry.service(),
                entry.actor(),
                entry.permission(),
                entry.action(),
                entry.target(),
                entry.detail(),
                entry.requestId(),
                Statements.number(row, "seal_seq"));
    }
}
