package io.tocsin.response.file;

import io.tocsin.db.Statements;
import java.util.List;
import java.util.UUID;

/// Contents in rows of the database. A large object would carry no tenant, and stay when its row goes.
final class DatabaseBlobs implements BlobStore {

    private final Statements statements;

    DatabaseBlobs(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void write(UUID tenant, UUID blob, long at, byte[] content) {
        statements.update("""
                insert into blob_chunk (tenant_id, blob_id, at_byte, content) values (?, ?, ?, ?)
                on conflict (tenant_id, blob_id, at_byte) do update set content = excluded.content
                """, tenant, blob, at, content);
    }

    @Override
    public byte[] read(UUID tenant, UUID blob, long at) {
        List<byte[]> found = statements.list("""
                select substring(content from (? - at_byte)::int + 1 for 1048576) from blob_chunk
                where tenant_id = ? and blob_id = ? and at_byte <= ? order by at_byte desc limit 1
                """, row -> row.getBytes(1), at, tenant, blob, at);
        return found.isEmpty() ? new byte[0] : found.getFirst();
    }

    @Override
    public void remove(UUID tenant, UUID blob) {
        statements.update("delete from blob_chunk where tenant_id = ? and blob_id = ?", tenant, blob);
    }

    /// Whether the database is there, the check of the schema says.
    @Override
    public void check() {}
}
