package io.tocsin.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The table of keys. Every change of a row is one statement that says whether it won; a row that is over (older than
/// it is
/// kept, or claimed by a process that died) counts as none.
@ApplicationScoped
class KeyRepository {

    private static final String KEY = "tenant_id = ? and service = ? and owner = ? and route = ? and key_hash = ?";
    private static final String OVER = """
            (idempotency_key.created_at < now() - ? * interval '1 second'
             or idempotency_key.status is null and idempotency_key.claimed_until < now())
            """;
    private static final String RENEWED = """
            request_hash = excluded.request_hash, claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until,
            status = excluded.status, sealed_status = excluded.sealed_status, headers = excluded.headers,
            answer = excluded.answer, created_at = now()
            """;

    /// Claims every answer that is sealed with a data key: the release before takes it for one that is being worked on.
    private static final UUID ANSWERED = new UUID(0, 0);

    private final DataSource database;
    private final ObjectMapper json;
    private final String service;
    private final Duration kept;
    private final Duration claim;

    KeyRepository(
            DataSource database,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.application.name") String service,
            IdempotencyConfig config) {
        this.database = database;
        this.json = json;
        this.service = service;
        this.kept = config.kept();
        this.claim = config.claim();
    }

    /// Locks the key to the end of the current transaction, without waiting, and says what is known of it. The lock
    /// goes
    /// with the connection: a process that dies holds none.
    Found lock(KeyedRequest request) {
        return ask("select pg_try_advisory_xact_lock(?)", row -> row.getBoolean(1), request.lock())
                ? find(request) // by a statement of its own: it sees what the last holder of the lock committed
                : new Found.Busy();
    }

    /// What is known of the key.
    Found find(KeyedRequest request) {
        return ask(
                "select request_hash, status, claimed_by, sealed_status, headers, answer from idempotency_key where "
                        + KEY + " and not " + OVER,
                this::found,
                request.owner().tenant(),
                service,
                request.owner().name(),
                request.route(),
                request.keyHash(),
                kept.toSeconds());
    }

    private Found found(ResultSet row) throws SQLException {
        if (row == null) {
            return new Found.Free();
        }
        boolean withDataKey = ANSWERED.equals(row.getObject("claimed_by", UUID.class));
        int status = row.getInt(withDataKey ? "sealed_status" : "status");
        return row.wasNull()
                ? new Found.Busy()
                : new Found.Finished(
                        row.getBytes("request_hash"),
                        status,
                        headers(row.getString("headers")),
                        row.getBytes("answer"),
                        withDataKey);
    }

    /// Records the answer in the transaction of its effect; false when the key is another's meanwhile.
    boolean record(KeyedRequest request, byte[] requestHash, Answer answer, byte[] sealed) {
        return update(
                        "insert into idempotency_key (tenant_id, service, owner, route, key_hash, request_hash,"
                                + " claimed_by, claimed_until, sealed_status, headers, answer)"
                                + " values (?, ?, ?, ?, ?, ?, ?, now() + ? * interval '1 second', ?, cast(? as jsonb), ?)"
                                + " on conflict on constraint idempotency_key_pk do update set " + RENEWED
                                + " where " + OVER,
                        request.owner().tenant(),
                        service,
                        request.owner().name(),
                        request.route(),
                        request.keyHash(),
                        requestHash,
                        ANSWERED,
                        kept.toSeconds(),
                        answer.status(),
                        text(answer.headers()),
                        sealed,
                        kept.toSeconds())
                == 1;
    }

    /// Takes the key for a request of several transactions; false when it is not free.
    boolean claim(KeyedRequest request, UUID claimant) {
        return update(
                        "insert into idempotency_key (tenant_id, service, owner, route, key_hash, claimed_by, claimed_until)"
                                + " values (?, ?, ?, ?, ?, ?, now() + ? * interval '1 second')"
                                + " on conflict on constraint idempotency_key_pk do update set " + RENEWED
                                + " where " + OVER,
                        request.owner().tenant(),
                        service,
                        request.owner().name(),
                        request.route(),
                        request.keyHash(),
                        claimant,
                        claim.toSeconds(),
                        kept.toSeconds())
                == 1;
    }

    /// Keeps a claim that is still worked on.
    void renew(KeyedRequest request, UUID claimant) {
        update(
                "update idempotency_key set claimed_until = now() + ? * interval '1 second' where claimed_by = ? and "
                        + KEY,
                claim.toSeconds(),
                claimant,
                request.owner().tenant(),
                service,
                request.owner().name(),
                request.route(),
                request.keyHash());
    }

    /// Ends a claim with its answer.
    void finish(KeyedRequest request, UUID claimant, byte[] requestHash, Answer answer, byte[] sealed) {
        update(
                "update idempotency_key set claimed_by = ?, claimed_until = created_at + ? * interval '1 second',"
                        + " request_hash = ?, sealed_status = ?, headers = cast(? as jsonb), answer = ? where claimed_by = ? and "
                        + KEY,
                ANSWERED,
                kept.toSeconds(),
                requestHash,
                answer.status(),
                text(answer.headers()),
                sealed,
                claimant,
                request.owner().tenant(),
                service,
                request.owner().name(),
                request.route(),
                request.keyHash());
    }

    /// Gives a claim up, so that the request can be sent again.
    void release(KeyedRequest request, UUID claimant) {
        update(
                "delete from idempotency_key where claimed_by = ? and " + KEY,
                claimant,
                request.owner().tenant(),
                service,
                request.owner().name(),
                request.route(),
                request.keyHash());
    }

    /// Removes what is older than it is kept.
    int removeExpired() {
        return update(
                "delete from idempotency_key where service = ? and created_at < now() - ? * interval '1 second'"
                        + " and (claimed_until is null or claimed_until < now())",
                service,
                kept.toSeconds());
    }

    private String text(Map<String, String> headers) {
        try {
            return json.writeValueAsString(headers);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Map<String, String> headers(String text) {
        try {
            return json.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @FunctionalInterface
    private interface RowReader<T> {
        /// @param row null when there is none
        T read(ResultSet row) throws SQLException;
    }

    private <T> T ask(String sql, RowReader<T> reader, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            return reader.read(rows.next() ? rows : null);
        } catch (SQLException failed) {
            throw new IllegalStateException("a key could not be looked up: " + failed.getMessage(), failed);
        }
    }

    private int update(String sql, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException("a key could not be kept: " + failed.getMessage(), failed);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object[] parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
