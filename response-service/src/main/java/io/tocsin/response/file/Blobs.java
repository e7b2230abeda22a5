package io.tocsin.response.file;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tocsin.db.Statements;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/// Makes, fills, reads and forgets contents. One that no row refers to is removed an hour after it was made, so a
/// request that dies half way leaves nothing for good. Contents are never moved within a transaction: a store may be
/// slow, and an open transaction holds the feeds back.
@ApplicationScoped
@Startup // a store that cannot be one is said before the first request
public class Blobs {

    /// Nothing refers to them: no upload, no file of the library, no command that is still to be carried out.
    private static final String FORGOTTEN = """
            select b.tenant_id, b.id from blob b where b.created_at < now() - interval '1 hour'
              and not exists (select from action_file f where f.tenant_id = b.tenant_id and f.blob_id = b.id)
              and not exists (select from library_file l where l.tenant_id = b.tenant_id and l.blob_id = b.id)
              and not exists (select from machine_action_command c
                  join machine_action a on a.tenant_id = c.tenant_id and a.id = c.action_id
                  where c.tenant_id = b.tenant_id and c.library_blob = b.id and a.status in ('Pending', 'InProgress'))
            order by b.created_at limit ?
            """;

    private record Ref(UUID tenant, UUID id) {}

    private final Statements statements;
    private final DatabaseBlobs database;
    private final BlobStore kept;
    private final BlobStore store;

    Blobs(Statements statements, FileConfig config, S3Config s3, MeterRegistry registry) {
        this.statements = statements;
        this.database = new DatabaseBlobs(statements);
        this.kept = kept(config, s3);
        this.store = new MeasuredBlobs(kept, kind(config, s3), registry);
    }

    private static String kind(FileConfig config, S3Config s3) {
        if (s3.bucket().isPresent()) {
            return "s3";
        }
        return config.directory().isPresent() ? "directory" : "database";
    }

    private BlobStore kept(FileConfig config, S3Config s3) {
        if (config.directory().isPresent() && s3.bucket().isPresent()) {
            throw new ConfigurationException(
                    "tocsin.files.directory and tocsin.files.s3.bucket are both set: files are kept in one place, unset one");
        }
        return config.directory()
                .<BlobStore>map(directory -> new DirectoryBlobs(Path.of(directory)))
                .or(() -> s3.bucket().map(bucket -> new S3Blobs(bucket, s3)))
                .orElse(database);
    }

    @PreDestroy
    void close() throws Exception {
        if (kept instanceof AutoCloseable open) {
            open.close();
        }
    }

    /// A new, empty one.
    @Transactional
    public UUID make(UUID tenant) {
        UUID id = UUID.randomUUID();
        statements.update("insert into blob (tenant_id, id) values (?, ?)", tenant, id);
        return id;
    }

    @Transactional(TxType.NEVER)
    public void write(UUID tenant, UUID blob, long at, byte[] content) {
        store.write(tenant, blob, at, content);
        statements.update(
                "update blob set size = greatest(size, ?) where tenant_id = ? and id = ?",
                at + content.length,
                tenant,
                blob);
    }

    /// A content whose first piece is here already, so that one that cannot be had is answered as such. The others are
    /// fetched as they are sent; no connection is held while the other side is slow.
    public Content open(UUID tenant, UUID blob, long size) {
        return new Content(tenant, blob, size, size == 0 ? new byte[0] : read(tenant, blob, 0));
    }

    /// What {@link #open} found.
    public final class Content {

        private final UUID tenant;
        private final UUID blob;
        private final long size;
        private final byte[] first;

        private Content(UUID tenant, UUID blob, long size, byte[] first) {
            this.tenant = tenant;
            this.blob = blob;
            this.size = size;
            this.first = first;
        }

        /// Copies it, piece by piece.
        public void to(OutputStream out) throws IOException {
            byte[] piece = first;
            long at = 0;
            while (at < size) {
                if (piece.length == 0) {
                    throw new IOException("the content of a file is not there: blob=" + blob);
                }
                out.write(piece);
                at += piece.length;
                if (at < size) {
                    piece = read(tenant, blob, at);
                }
            }
        }
    }

    /// What the store does not have may have been kept in the database before there was another one.
    private byte[] read(UUID tenant, UUID blob, long at) {
        byte[] piece = store.read(tenant, blob, at);
        return piece.length == 0 && kept != database ? database.read(tenant, blob, at) : piece;
    }

    /// How many bytes it has.
    @Transactional
    public long size(UUID tenant, UUID blob) {
        return statements
                .list("select size from blob where tenant_id = ? and id = ?", row -> row.getLong(1), tenant, blob)
                .getFirst();
    }

    /// Looks whether contents can be reached.
    ///
    /// @throws RuntimeException with the reason when they cannot
    void check() {
        store.check();
    }

    /// Removes what nothing refers to. What cannot be removed now is tried again.
    ///
    /// @return how many
    @Transactional(TxType.NEVER)
    int removeForgotten(int most) {
        List<Ref> forgotten = statements.list(
                FORGOTTEN,
                row -> new Ref(row.getObject("tenant_id", UUID.class), row.getObject("id", UUID.class)),
                most);
        int removed = 0;
        for (Ref it : forgotten) {
            try {
                store.remove(it.tenant(), it.id());
            } catch (RuntimeException failed) {
                Log.warnf("A file nobody needs is still there: blob=%s reason=%s", it.id(), failed.getMessage());
                statements.update( // tried again in an hour, so that it is in nobody's way
                        "update blob set created_at = now() where tenant_id = ? and id = ?", it.tenant(), it.id());
                continue;
            }
            // With its pieces, where they are in the database.
            removed += statements.update("delete from blob where tenant_id = ? and id = ?", it.tenant(), it.id());
        }
        return removed;
    }
}
