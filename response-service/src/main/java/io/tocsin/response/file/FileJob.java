package io.tocsin.response.file;

import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Forgets packages and results that are old enough, and removes contents that nothing refers to.
@ApplicationScoped
class FileJob implements Job {

    private static final int BATCH = 100;

    private static final String OLD = """
            delete from action_file where (tenant_id, blob_id) in (
                select f.tenant_id, f.blob_id from blob b
                join action_file f on f.tenant_id = b.tenant_id and f.blob_id = b.id
                where b.created_at < now() - ? * interval '1 second' limit ?)
            """;

    private final Statements statements;
    private final Blobs blobs;
    private final FileConfig config;

    FileJob(Statements statements, Blobs blobs, FileConfig config) {
        this.statements = statements;
        this.blobs = blobs;
        this.config = config;
    }

    @Override
    public String name() {
        return "forgotten-files";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        statements.update(OLD, config.kept().toSeconds(), BATCH);
        blobs.removeForgotten(BATCH);
    }
}
