package io.tocsin.e2e;

import io.tocsin.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// One writer a table, by that table's service's rights and in the statements of the release before, again and again;
/// how
/// long each had to wait at most.
final class TableWriters implements AutoCloseable {

    private record Writer(String table, String service, String sql) {}

    private static final List<Writer> WRITERS = List.of(
            new Writer("alert", "alert-service", """
                    insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                        alert_creation_ticks, last_update_ticks, correlated)
                    values ('w' || ?, '%1$s', 'writer', ?, 'Low', 'New', 't', 'd', 1, 1, true)"""),
            new Writer("alert (an update)", "alert-service", """
                    update alert set last_update_ticks = last_update_ticks + 1, status = 'InProgress'
                    where tenant_id = '%1$s' and id in ('da' || (? %% 1000 + 1), ?)"""),
            new Writer("alert_evidence", "alert-service", """
                    insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, url)
                    values ('%1$s', 'da1', 1000 + ?, 'Url', 1, ?)"""),
            new Writer("incident", "alert-service", """
                    update incident set last_update_ticks = last_update_ticks + 1, incident_name = 'n' || ?
                    where incident_id = 1 or incident_name = ? and incident_id = 2"""),
            new Writer("device_event", "alert-service", """
                    insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks,
                        device_name, table_name, action_type)
                    values ('%1$s', 'writer', 1, ?, now(), 1, ?, 'DeviceEvents', 'a')"""),
            new Writer("machine", "response-service", """
                    insert into machine (tenant_id, id, computer_dns_name) values ('%1$s', 'w' || ?, ?)"""),
            new Writer("machine_action", "response-service", """
                    update machine_action set lease_id = gen_random_uuid(), deliveries = deliveries + 1
                    where (tenant_id, id) in (select tenant_id, id from machine_action
                        where tenant_id = '%1$s' and status = 'InProgress' and creation_ticks = 1
                        order by id limit 1)
                      and (? > 0 or lane = ?)"""));

    private final Map<String, Duration> longest = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopping;

    private TableWriters() {}

    static TableWriters start(TestPostgres postgres, String tenant) {
        var writers = new TableWriters();
        WRITERS.forEach(writer -> writers.threads.submit(() -> writers.write(postgres, writer, tenant)));
        return writers;
    }

    private void write(TestPostgres postgres, Writer writer, String tenant) {
        try (Connection connection = postgres.as(writer.service());
                PreparedStatement statement =
                        connection.prepareStatement(writer.sql().formatted(tenant))) {
            for (int number = 1; !stopping; number++) {
                statement.setInt(1, number);
                statement.setString(2, "x" + number);
                Instant began = Instant.now();
                statement.executeUpdate();
                longest.merge(
                        writer.table(),
                        Duration.between(began, Instant.now()),
                        (one, other) -> one.compareTo(other) > 0 ? one : other);
                Thread.sleep(5);
            }
        } catch (SQLException failed) {
            failures.add(writer.table() + ": " + failed.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    Map<String, Duration> longest() {
        return new TreeMap<>(longest);
    }

    @Override
    public void close() {
        stopping = true;
        threads.close();
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        longest()
                .forEach((table, time) -> text.append(text.isEmpty() ? "" : ", ")
                        .append(String.format(Locale.ROOT, "%s %.2f s", table, time.toMillis() / 1000.0)));
        return text.toString();
    }
}
