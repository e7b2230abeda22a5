package io.tocsin.alert.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.webhook.Partner.Answer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Writers that commit late and roll back; a target that takes a change and then says that it did not, which is what a
/// sender looks like that was killed between the answer and its note; claims that are lost in between. Every committed
/// change is sent, none that was rolled back, and without what came again they come in the order of the feed.
///
/// `make prove-webhooks` writes more.
@QuarkusTest
class ProveWebhooksTest extends WebhookTest {

    /// Asked of the service's own place, since to read all that was told again and again takes longer than telling it.
    private static final String EVERYTHING_TOLD = """
            select not exists (select from webhook w join feed_change c on c.tenant_id = w.tenant_id
                and (c.change_xid, c.change_id) > (w.change_xid, w.change_id))
            """;

    private static final int ROWS = Integer.getInteger("tocsin.prove.webhooks", 240);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20_261_129);
    private static final int WRITERS = 8;

    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<String> committed = ConcurrentHashMap.newKeySet();

    @Test
    void shouldSendEveryCommittedChangeInOrderWhateverFails() throws Exception {
        // Given
        var faults = new Random(SEED);
        partner.answers(request -> {
            synchronized (faults) {
                return Answer.of(faults.nextInt(16) == 0 ? 503 : 204);
            }
        });
        webhook();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var seeds = new Random(SEED);
            var writers = new ArrayList<Callable<Void>>();
            for (int i = 0; i < WRITERS; i++) {
                long seed = seeds.nextLong();
                writers.add(() -> write(new Random(seed)));
            }

            // When
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
        }
        Object last = TestDatabase.value("select max(change_id) from feed_change");
        await().atMost(Duration.ofSeconds(60 + ROWS / 20)).until(() -> {
            due();
            TestDatabase.update("update webhook set claimed_until = now() - interval '1 second' where random() < 0.1");
            return (Boolean) TestDatabase.value(EVERYTHING_TOLD);
        });

        // Then
        assertThat(last).isNotNull();
        List<String> firsts = partner.firsts();
        assertThat(firsts).containsExactlyInAnyOrderElementsOf(committed);
        List<Object> order = TestDatabase.column(
                "select 'created ' || subject from feed_change where feed = 'Alert' order by change_xid, change_id");
        assertThat(firsts).isEqualTo(order);
        System.out.printf(
                "webhooks: %d changes by %d writers, %d requests, each sent, in order%n",
                committed.size(), WRITERS, partner.received().size());
    }

    private Void write(Random random) throws SQLException, InterruptedException {
        try (Connection connection = TestDatabase.open()) {
            connection.setAutoCommit(false);
            while (numbers.get() < ROWS) {
                var ours = new ArrayList<String>();
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    String id = "da" + numbers.incrementAndGet();
                    insert(connection, id);
                    ours.add("created " + id);
                }
                if (random.nextInt(3) == 0) {
                    Thread.sleep(random.nextInt(40));
                }
                if (random.nextInt(8) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    committed.addAll(ours);
                }
            }
        }
        return null;
    }

    private static void insert(Connection connection, String id) throws SQLException {
        try (var insert = connection.prepareStatement("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, last_update_ticks, correlated)
                values (?, cast(? as uuid), 'hook', ?, 'High', 'New', 't', '', 17700000000000000, 17700000000000000, true)
                """)) {
            insert.setString(1, id);
            insert.setString(2, Tokens.TENANT);
            insert.setString(3, id);
            insert.executeUpdate();
        }
    }
}
