package io.tocsin.response.file;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// Makes, fills, reads and forgets contents. One that no row refers to is removed an hour after it was made, so a
/// request that dies half way leaves nothing for good.
@ApplicationScoped
public class Blobs {

    /// Nothing refers to them: no upload, no file of the library, no command that is still to be carried out.
    private static final String FORGOTTEN = """
            select b.tenant_id, b.id from blob b where b.created_at < now() - interval '1 hour'
              and not exists (select from action_file f where f.tenant_id = b.tenant_id and f.blob_id = b.id)
              and not exists (select from library_file l where l.tenant_id = b.tenant_id and l.blob_id = b.id)
              and not exists (select from machine_action_command c
                  join machine_action a on a.tenant_id = c.tenant_id and a.id = c.action_id
                  where c.tenant_id = b.tenant_id and c.library_blob = b.id and a.status in ('Pending', 'InProgress'))
            limit ?
            """;

    private record Ref(UUID tenant, UUID id) {}

    private final Statements statements;
    private final BlobStore store;

    Blobs(Statements statements, FileConfig config) {
        this.statements = statements;
        this.store = config.directory()
                .<BlobStore>map(directory -> new DirectoryBlobs(Path.of(directory)))
                .orElseGet(() -> new DatabaseBlobs(statements));
    }

    /// A new, empty one.
    @Transactional
    public UUID make(UUID tenant) {
        UUID id = UUID.randomUUID();
        statements.update("insert into blob (tenant_id, id) values (?, ?)", tenant, id);
        return id;
    }

    @Transactional
    public void write(UUID tenant, UUID blob, long at, byte[] content) {
        statements.update(
                "update blob set size = greatest(size, ?) where tenant_id = ? and id = ?",
                at + content.length,
                tenant,
                blob);
        store.write(tenant, blob, at, content);
    }

    /// Copies it, piece by piece; no connection is held while the other side is slow.
    public void copy(UUID tenant, UUID blob, long size, OutputStream out) throws IOException {
        long at = 0;
        while (at < size) {
            byte[] piece = store.read(tenant, blob, at);
            if (piece.length == 0) {
                throw new IOException("the content of a file is not there: blob=" + blob);
            }
            out.write(piece);
            at += piece.length;
        }
    }

    /// How many bytes it has.
    @Transactional
    public long size(UUID tenant, UUID blob) {
        return statements
                .list("select size from blob where tenant_id = ? and id = ?", row -> row.getLong(1), tenant, blob)
                .getFirst();
    }

    /// Removes what nothing refers to.
    ///
    /// @return how many
    @Transactional
    int removeForgotten(int most) {
        List<Ref> forgotten = statements.list(
                FORGOTTEN,
                row -> new Ref(row.getObject("tenant_id", UUID.class), row.getObject("id", UUID.class)),
                most);
        forgotten.forEach(it -> {
            store.remove(it.tenant(), it.id());
            statements.update("delete from blob where tenant_id = ? and id = ?", it.tenant(), it.id());
        });
        return forgotten.size();
    }
}
