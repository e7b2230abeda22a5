package io.tocsin.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Knows the table of calls; each change of a row says whether it won.
@ApplicationScoped
class OutboxRepository {

    private static final String ADD = """
            insert into outbox (tenant_id, service, destination, kind, subject, payload)
            values (?, ?, ?, ?, ?, cast(? as jsonb)) on conflict (tenant_id, service, kind, subject) do nothing
            """;

    /// Of every tenant the oldest first, so that one with thousands does not come before all others.
    private static final String CLAIM = """
            with due as (
                select tenant_id, id, row_number() over (partition by tenant_id order by next_at) as turn, next_at
                from (select tenant_id, id, next_at from outbox
                    where service = ? and destination = ? and state = 'Waiting' and next_at <= now()
                    order by next_at limit 1000) as candidates
                order by turn, next_at limit ?),
            free as (
                select o.tenant_id, o.id from outbox o join due d on d.tenant_id = o.tenant_id and d.id = o.id
                where o.service = ? and o.state = 'Waiting' and o.next_at <= now()
                for update of o skip locked)
            update outbox o set claimed_by = cast(? as uuid), attempts = o.attempts + 1, next_at = now() + cast(? as interval)
            from free f where o.tenant_id = f.tenant_id and o.service = ? and o.id = f.id
            returning o.tenant_id, o.id, o.kind, o.subject, o.payload::text, o.attempts
            """;

    private static final String DONE = """
            delete from outbox where tenant_id = ? and service = ? and id = ? and claimed_by = ? and state = 'Waiting'
            """;

    private static final String FAILED = """
            update outbox set claimed_by = null, last_error = ?, next_at = now() + cast(? as interval),
                state = case when ? or attempts >= ? or created_at < now() - cast(? as interval) then 'Dead' else 'Waiting' end
            where tenant_id = ? and service = ? and id = ? and claimed_by = ? and state = 'Waiting'
            returning state
            """;

    private static final String PRUNE = """
            delete from outbox where (tenant_id, service, id) in (
                select tenant_id, service, id from outbox
                where service = ? and destination = ? and state = 'Dead' and created_at < now() - cast(? as interval)
                limit 1000)
            """;

    private static final String WAITING = """
            select count(*) as waiting, extract(epoch from now() - min(created_at)) as age from (
                select created_at from outbox where service = ? and destination = ? and state = ?
                order by created_at limit ?) as first
            """;

    private final Statements statements;
    private final ObjectMapper json;
    private final String service;

    OutboxRepository(
            Statements statements,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.application.name") String service) {
        this.statements = statements;
        this.json = json;
        this.service = service;
    }

    /// What waits, or was given up, and how old the oldest of it is.
    record Waiting(long count, double age) {}

    boolean add(UUID tenant, String destination, String kind, String subject, JsonNode payload) {
        return statements.update(ADD, tenant, service, destination, kind, subject, payload.toString()) == 1;
    }

    List<OutboxMessage> claim(String destination, UUID claim, int most, Duration patience) {
        return statements.list(
                CLAIM,
                this::message,
                service,
                destination,
                most,
                service,
                claim.toString(),
                interval(patience),
                service);
    }

    /// Forgets it, unless it was claimed by another meanwhile.
    boolean done(OutboxMessage message, UUID claim) {
        return statements.update(DONE, message.tenant(), service, message.id(), claim) == 1;
    }

    /// Whether it is given up now.
    boolean failed(
            OutboxMessage message, UUID claim, String reason, boolean forGood, Duration delay, OutboxConfig config) {
        return statements
                .list(
                        FAILED,
                        row -> row.getString(1),
                        reason,
                        interval(delay),
                        forGood,
                        config.mostAttempts(),
                        interval(config.longestAge()),
                        message.tenant(),
                        service,
                        message.id(),
                        claim)
                .contains("Dead");
    }

    void prune(String destination, Duration keep) {
        statements.update(PRUNE, service, destination, interval(keep));
    }

    Waiting waiting(String destination, String state, int most) {
        return statements
                .list(
                        WAITING,
                        row -> new Waiting(row.getLong("waiting"), row.getDouble("age")),
                        service,
                        destination,
                        state,
                        most)
                .getFirst();
    }

    private OutboxMessage message(ResultSet row) throws SQLException {
        try {
            return new OutboxMessage(
                    row.getObject("tenant_id", UUID.class),
                    row.getObject("id", UUID.class),
                    row.getString("kind"),
                    row.getString("subject"),
                    json.readTree(row.getString("payload")),
                    row.getInt("attempts"));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a payload is no JSON", impossible);
        }
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }
}
