package io.tocsin.response.action;

import io.tocsin.db.Statements;
import io.tocsin.response.file.Blobs;
import io.tocsin.response.file.FileConfig;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What agents upload, piece by piece: each piece goes where the last one ended, and one that is sent again changes
/// nothing.
@ApplicationScoped
class ActionFiles {

    static final String PACKAGE = "package";

    /// A file that is there whole.
    record Whole(UUID blob, long size) {}

    private record Begun(UUID blob, long size, long received, String lease) {}

    private final Statements statements;
    private final Blobs blobs;
    private final FileConfig config;

    ActionFiles(Statements statements, Blobs blobs, FileConfig config) {
        this.statements = statements;
        this.blobs = blobs;
        this.config = config;
    }

    Optional<Whole> find(UUID tenant, UUID action, String part) {
        return statements
                .list(
                        "select blob_id, size from action_file where tenant_id = ? and action_id = ? and part = ? and received = size",
                        row -> new Whole(row.getObject("blob_id", UUID.class), row.getLong("size")),
                        tenant,
                        action,
                        part)
                .stream()
                .findFirst();
    }

    /// A piece of a file.
    ///
    /// @param at where it belongs
    /// @param size of the whole file, 0 for one with nothing in it; another one than before begins it anew
    record Piece(long at, long size, int length) {}

    /// Where a piece goes.
    ///
    /// @param received bytes of the file that are there
    /// @param known whether the piece is among them
    record Place(UUID blob, long received, boolean known) {}

    /// Finds its place for a piece, which is then stored outside of the transaction and counted by {@link #count}.
    ///
    /// @param lease a piece at 0 under another one than the file was begun under begins it anew: the agent may read
    /// what has changed since
    /// @param settled whether the file's command was reported, so that what is there stays
    /// @throws ProblemException 400 when the piece belongs behind what is there, does not fit,
    /// or would begin anew what stays
    Place place(UUID tenant, UUID action, String part, String lease, Piece piece, boolean settled) {
        long at = piece.at();
        long size = piece.size();
        int length = piece.length();
        if (size < 0 || size > config.most()) {
            throw invalid("size is not between 0 and " + config.most());
        }
        if (length == 0 && size > 0 || at < 0 || at + length > size) {
            throw invalid("The piece is empty, or not within the " + size + " bytes");
        }
        Begun begun = begun(tenant, action, part, lease, piece, settled);
        boolean known = begun.received() >= at + length;
        if (!known && begun.received() != at) {
            throw next(begun.received());
        }
        return new Place(begun.blob(), begun.received(), known);
    }

    /// A piece that was stored is there from now on.
    ///
    /// @throws ProblemException 400 when the file was begun anew meanwhile
    Uploaded count(UUID tenant, UUID action, String part, UUID blob, long at, long size, int length) {
        long received = at + length;
        int won = statements.update("""
                update action_file set received = ?
                where tenant_id = ? and action_id = ? and part = ? and blob_id = ? and received = ?
                """, received, tenant, action, part, blob, at);
        if (won == 1) {
            return new Uploaded(received, size, received == size);
        }
        return locked(tenant, action, part).stream()
                .filter(it -> it.blob().equals(blob) && it.received() >= received)
                .findFirst()
                .map(it -> new Uploaded(it.received(), size, false))
                .orElseThrow(() -> next(0));
    }

    /// The file as it is, which nobody else changes before the transaction ends.
    private Begun begun(UUID tenant, UUID action, String part, String lease, Piece piece, boolean settled) {
        boolean first = piece.at() == 0;
        List<Begun> known = locked(tenant, action, part);
        if (known.isEmpty()
                || known.getFirst().size() != piece.size()
                || first && !lease.equals(known.getFirst().lease())) {
            if (!first) {
                throw invalid("The first piece begins at 0");
            }
            if (settled) {
                throw invalid("The command was reported; its result stays as it is");
            }
            statements.update("""
                    insert into action_file (tenant_id, action_id, part, blob_id, size, lease) values (?, ?, ?, ?, ?, ?)
                    on conflict (tenant_id, action_id, part) do update set
                        blob_id = excluded.blob_id, size = excluded.size, lease = excluded.lease, received = 0
                        where action_file.size <> excluded.size or action_file.lease is distinct from excluded.lease
                    """, tenant, action, part, blobs.make(tenant), piece.size(), lease);
            known = locked(tenant, action, part);
        }
        return known.getFirst();
    }

    private List<Begun> locked(UUID tenant, UUID action, String part) {
        return statements.list(
                "select blob_id, size, received, lease from action_file where tenant_id = ? and action_id = ? and part = ? for update",
                row -> new Begun(
                        row.getObject("blob_id", UUID.class),
                        row.getLong("size"),
                        row.getLong("received"),
                        row.getString("lease")),
                tenant,
                action,
                part);
    }

    private static ProblemException next(long received) {
        return invalid("The next piece begins at " + received);
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
