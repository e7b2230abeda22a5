package io.tocsin.response.library;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.file.Blobs;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/// The tenant's scripts and tools. A name is of letters, digits, `-`, `_` and `.`, told apart with their case.
@ApplicationScoped
public class Library {

    /// 20 MiB (contract 30 §5.1).
    static final int MOST_BYTES = 20 * 1024 * 1024;

    static final EntityModel MODEL = EntityModel.named("LibraryFiles")
            .entity(LibraryFileView.class)
            .string("fileName", "file_name")
            .string("createdBy", "created_by")
            .time("creationTime", "creation_ticks")
            .time("lastUpdatedTime", "last_update_ticks")
            .required("fileName", "createdBy", "creationTime", "lastUpdatedTime")
            .defaultOrder("file_name")
            .build();

    private static final int MOST_FILES = 1_000;
    private static final int PIECE = 1024 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,254}");

    private static final String COLUMNS = """
            file_name, sha256, description, creation_ticks, last_update_ticks, created_by, has_parameters,
            parameters_description
            """;

    record Page(List<LibraryFileView> files, Long count) {}

    /// A file's content as it is now.
    public record Held(UUID blob, String sha256) {}

    private final Statements statements;
    private final Blobs blobs;
    private final Audit audit;

    Library(Statements statements, Blobs blobs, Audit audit) {
        this.statements = statements;
        this.blobs = blobs;
        this.audit = audit;
    }

    @Transactional
    Page list(UUID tenant, ODataQuery query) {
        var parameters = new ArrayList<Object>(List.of(tenant));
        parameters.addAll(query.parameters());
        List<LibraryFileView> files = statements.list(
                "select " + COLUMNS + " from library_file where tenant_id = ? and (" + query.where() + ") "
                        + query.page(),
                Library::view,
                parameters.toArray());
        return new Page(files, query.countWanted() ? count(tenant, query) : null);
    }

    private long count(UUID tenant, ODataQuery query) {
        var parameters = new ArrayList<Object>(List.of(tenant));
        parameters.addAll(query.parameters());
        return statements
                .list(
                        "select count(*) from library_file where tenant_id = ? and (" + query.where() + ")",
                        row -> row.getLong(1),
                        parameters.toArray())
                .getFirst();
    }

    private static LibraryFileView view(ResultSet row) throws SQLException {
        return new LibraryFileView(
                row.getString("file_name"),
                row.getString("sha256"),
                row.getString("description"),
                Statements.time(row, "creation_ticks"),
                Statements.time(row, "last_update_ticks"),
                row.getString("created_by"),
                row.getBoolean("has_parameters"),
                row.getString("parameters_description"));
    }

    /// Adds a file, or replaces it where that is asked for. Its content is stored before the transaction
    /// that makes it the library's, since the store may be slow.
    ///
    /// @throws ProblemException 400 when its name or size is not allowed or its name is taken, 413 when it
    /// is too large
    @Transactional(TxType.NEVER)
    LibraryFileView put(Caller caller, NewLibraryFile file) {
        if (!NAME.matcher(file.name()).matches()) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "A file's name is of letters, digits, '-', '_' and '.'");
        }
        if (file.content().length == 0) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "The file is empty");
        }
        checkRoom(caller.tenant(), file);
        UUID blob = blobs.make(caller.tenant());
        for (int at = 0; at < file.content().length; at += PIECE) {
            blobs.write(
                    caller.tenant(),
                    blob,
                    at,
                    Arrays.copyOfRange(file.content(), at, Math.min(file.content().length, at + PIECE)));
        }
        return QuarkusTransaction.requiringNew().call(() -> keep(caller, file, blob));
    }

    private void checkRoom(UUID tenant, NewLibraryFile file) {
        long others = statements
                .list(
                        "select count(*) from library_file where tenant_id = ? and file_name <> ?",
                        row -> row.getLong(1),
                        tenant,
                        file.name())
                .getFirst();
        if (others >= MOST_FILES) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "The library holds at most " + MOST_FILES + " files");
        }
    }

    private LibraryFileView keep(Caller caller, NewLibraryFile file, UUID blob) {
        checkRoom(caller.tenant(), file);
        String sha256 = sha256(file.content());
        long now = WireTime.now().ticks();
        List<LibraryFileView> stored = statements.list(
                """
                insert into library_file (tenant_id, file_name, sha256, description, creation_ticks, last_update_ticks,
                    created_by, has_parameters, parameters_description, blob_id)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (tenant_id, file_name) do update set sha256 = excluded.sha256,
                    description = excluded.description, last_update_ticks = excluded.last_update_ticks,
                    created_by = excluded.created_by, has_parameters = excluded.has_parameters,
                    parameters_description = excluded.parameters_description, blob_id = excluded.blob_id
                    where ? returning
                """ + COLUMNS,
                Library::view,
                caller.tenant(),
                file.name(),
                sha256,
                file.description(),
                now,
                now,
                caller.name(),
                file.hasParameters(),
                file.parametersDescription(),
                blob,
                file.overrideIfExists());
        if (stored.isEmpty()) {
            throw new ProblemException(ResponseProblem.LIBRARY_FILE_EXISTS);
        }
        audit.record(caller.tenant(), caller.name(), "library.upload", file.name(), Map.of("sha256", sha256));
        return stored.getFirst();
    }

    @Transactional
    void remove(Caller caller, String name) {
        List<String> removed = statements.list(
                "delete from library_file where tenant_id = ? and file_name = ? returning sha256",
                row -> row.getString(1),
                caller.tenant(),
                name);
        if (removed.isEmpty()) {
            throw notFound(ResponseProblem.LIBRARY_FILE_NOT_FOUND, name);
        }
        audit.record(caller.tenant(), caller.name(), "library.delete", name, Map.of("sha256", removed.getFirst()));
    }

    /// What a command takes from it.
    ///
    /// It stays until the transaction is over, and with it what then refers to it.
    ///
    /// @throws ProblemException 400 when there is no such file
    @Transactional
    public Held held(UUID tenant, String name) {
        return statements
                .list(
                        "select blob_id, sha256 from library_file where tenant_id = ? and file_name = ? for share",
                        row -> new Held(row.getObject("blob_id", UUID.class), row.getString("sha256")),
                        tenant,
                        name)
                .stream()
                .findFirst()
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.INVALID_INPUT, "The library has no file '" + name + "'"));
    }

    private static ProblemException notFound(ResponseProblem problem, String name) {
        return new ProblemException(problem, "The library has no file '" + name + "'");
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
