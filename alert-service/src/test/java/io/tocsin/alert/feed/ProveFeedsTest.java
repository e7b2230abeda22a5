package io.tocsin.alert.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sixteen writers that commit late, change again and roll back; readers that crash and come back, by pages and by
/// events.
/// Every reader tells every committed change once, none that was rolled back, and all of them in one order. A reader
/// that does not wait for the oldest writer is there, too, and must be found out: else the proof proves nothing.
///
/// `make prove-feeds` writes a million rows.
@QuarkusTest
class ProveFeedsTest extends FeedTest {

    private static final long ROWS = Long.getLong("tocsin.prove.feeds", 2_000);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20_261_121);
    private static final int WRITERS = 16;
    private static final int LARGEST_TRANSACTION = ROWS > 100_000 ? 400 : 20;
    private static final int[] PAGES = ROWS > 100_000 ? new int[] {250, 1_000, 5_000} : new int[] {37, 500, 5_000};
    private static final int REQUESTS_A_TOKEN = 100;

    /// What is written and read: rows that carry a number.
    private enum Feed {
        Alerts("/v1/feeds/alerts", "Alert.Read.All", """
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, last_update_ticks, correlated)
                select 'da' || n || '_0', cast(? as uuid), 'feed', n::text, 'High', 'New', 't', '', 17700000000000000,
                    17700000000000000, true
                from generate_series(cast(? as bigint), cast(? as bigint)) as n
                """, """
                update alert set last_update_ticks = last_update_ticks + 1
                where tenant_id = cast(? as uuid) and source_ref = any (
                    select n::text from generate_series(cast(? as bigint), cast(? as bigint)) as n)
                """, "\"id\":\"da", """
                select change_xid::text, change_id, regexp_replace(subject, 'da|_0', '', 'g')::bigint, kind from feed_change
                where tenant_id = cast(? as uuid) and (change_xid, change_id) > (?::xid8, ?)
                order by change_xid, change_id limit 5000
                """),
        Incidents("/v1/feeds/incidents", "Incident.Read.All", """
                insert into incident (tenant_id, incident_id, incident_name, created_ticks, last_update_ticks, status, severity)
                select cast(? as uuid), n, 'i', 17700000000000000, 17700000000000000, 'Active', 'Low'
                from generate_series(cast(? as bigint), cast(? as bigint)) as n
                """, """
                update incident set last_update_ticks = last_update_ticks + 1
                where tenant_id = cast(? as uuid) and incident_id between ? and ?
                """, "\"incidentId\":", """
                select change_xid::text, change_id, subject::bigint, kind from feed_change
                where tenant_id = cast(? as uuid) and (change_xid, change_id) > (?::xid8, ?)
                order by change_xid, change_id limit 5000
                """),
        /// Nothing changes an event.
        Events("/v1/feeds/events", "AdvancedHunting.Read.All", """
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks,
                    device_name, table_name, action_type)
                select cast(? as uuid), repeat('6', 40), 17700000000000000 + n, n, now(),
                    (extract(epoch from now()) * 10000000)::bigint, 'ws6', 'DeviceEvents', 'Other'
                from generate_series(cast(? as bigint), cast(? as bigint)) as n
                """, null, "\"ReportId\":", """
                select change_xid::text, event_id, report_id, 'Created' from device_event
                where tenant_id = cast(? as uuid) and (change_xid, event_id) > (?::xid8, ?)
                order by change_xid, event_id limit 5000
                """);

        private final String path;
        private final String permission;
        private final String insert;
        private final String update;
        private final String before;
        private final String careless;

        /// @param before what stands before a row's number on its line
        /// @param careless reads on in the feed's order, without waiting for anybody
        Feed(String path, String permission, String insert, String update, String before, String careless) {
            this.path = path;
            this.permission = permission;
            this.insert = insert;
            this.update = update;
            this.before = before;
            this.careless = careless;
        }

        long number(String line) {
            int from = line.indexOf(before) + before.length();
            int to = from;
            while (Character.isDigit(line.charAt(to))) {
                to++;
            }
            return Long.parseLong(line.substring(from, to));
        }
    }

    /// What the proof counts: the number of the alert, and its negative for a change of it.
    private record Written(List<long[]> ranges) {

        LongStream numbers() {
            return ranges.stream().flatMapToLong(range -> LongStream.rangeClosed(range[0], range[1]));
        }
    }

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean writing = new AtomicBoolean(true);

    /// The transaction the careless reader has come to.
    private final AtomicLong carelessAt = new AtomicLong();

    private Feed feed;

    @ParameterizedTest
    @EnumSource
    void shouldTellEveryReaderEveryChangeOnceAndInOneOrder(Feed of) throws Exception {
        feed = of;
        TestDatabase.column("select make_device_event_day(current_date)::text");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given
            var seeds = new Random(SEED);
            List<Callable<Written>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                long seed = seeds.nextLong();
                tasks.add(() -> write(new Random(seed)));
            }
            var readers = new ArrayList<Future<long[]>>();
            for (int limit : PAGES) {
                long seed = seeds.nextLong();
                readers.add(threads.submit(() -> readPages(limit, new Random(seed))));
            }
            readers.add(threads.submit(() -> readEvents(new Random(seeds.nextLong()))));
            Future<long[]> careless = threads.submit(this::readCarelessly);

            // When
            long began = System.nanoTime();
            var written = new ArrayList<Written>();
            try (Connection late = TestDatabase.open()) {
                long lateAt = beginLate(late);
                tasks.add(() -> commitBehindTheCarelessReader(late, lateAt));
                for (Future<Written> writer : threads.invokeAll(tasks)) {
                    written.add(writer.get());
                }
            } finally {
                writing.set(false); // or the readers would go on for ever
            }
            double seconds = (System.nanoTime() - began) / 1e9;

            // Then
            long[] expected =
                    written.stream().flatMapToLong(Written::numbers).sorted().toArray();
            long[] order = readers.getFirst().get();
            for (Future<long[]> reader : readers) {
                assertThat(LongStream.of(reader.get()).sorted().toArray()).isEqualTo(expected);
                assertThat(reader.get()).as("the order is every reader's").isEqualTo(order);
            }
            long missed =
                    expected.length - LongStream.of(careless.get()).distinct().count();
            System.out.printf(
                    "feeds: %s: %d changes by %d writers in %.1f s, %d readers told each once in one order;"
                            + " one that does not wait for the oldest writer missed %d%n",
                    feed, expected.length, WRITERS, seconds, readers.size(), missed);
            assertThat(missed).as("what a reader misses that breaks the rule").isPositive();
        }
    }

    /// The oldest transaction of all, so that there is one that a reader which does not wait must miss.
    private long beginLate(Connection late) throws SQLException {
        late.setAutoCommit(false);
        change(late, feed.insert, 1, numbers.addAndGet(1), 1);
        try (var row = late.createStatement().executeQuery("select pg_current_xact_id()::text")) {
            row.next();
            return row.getLong(1);
        }
    }

    private Written commitBehindTheCarelessReader(Connection late, long lateAt) throws SQLException {
        await().atMost(Duration.ofMinutes(1)).until(() -> carelessAt.get() > lateAt);
        late.commit();
        return new Written(List.of(new long[] {1, 1}));
    }

    private Written write(Random random) throws SQLException, InterruptedException {
        var committed = new ArrayList<long[]>();
        try (Connection connection = TestDatabase.open()) {
            connection.setAutoCommit(false);
            while (numbers.get() < ROWS) {
                int size = 1 + random.nextInt(LARGEST_TRANSACTION);
                long last = numbers.addAndGet(size);
                var ours = new ArrayList<long[]>();
                ours.add(change(connection, feed.insert, last - size + 1, last, 1));
                if (feed.update == null) {
                    pause(random, 10);
                } else if (random.nextInt(4) == 0) {
                    pause(random, 10);
                    ours.add(change(connection, feed.update, last - size + 1, last, -1));
                } else if (random.nextInt(4) == 0 && !committed.isEmpty()) {
                    long[] earlier = committed.get(random.nextInt(committed.size()));
                    ours.add(change(
                            connection,
                            feed.update,
                            Math.min(Math.abs(earlier[0]), Math.abs(earlier[1])),
                            Math.max(Math.abs(earlier[0]), Math.abs(earlier[1])),
                            -1));
                }
                if (random.nextInt(5) == 0) {
                    pause(random, 60);
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    committed.addAll(ours);
                }
            }
        }
        return new Written(committed);
    }

    /// A range of numbers, negative and turned round for changes.
    private static long[] change(Connection connection, String sql, long first, long last, int sign)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, Tokens.TENANT);
            statement.setLong(2, first);
            statement.setLong(3, last);
            assertThat(statement.executeUpdate()).isEqualTo((int) (last - first + 1));
        }
        return sign > 0 ? new long[] {first, last} : new long[] {-last, -first};
    }

    private static void pause(Random random, int most) throws InterruptedException {
        Thread.sleep(random.nextInt(most));
    }

    /// Collects numbers; a crash forgets what was not yet written down.
    private final class Told {

        private long[] numbers = new long[1_024];
        private int size;

        void add(String line) {
            long number = feed.number(line);
            add(line.contains("\"change\":\"Updated\"") ? -number : number);
        }

        void add(long number) {
            if (size == numbers.length) {
                numbers = java.util.Arrays.copyOf(numbers, 2 * size);
            }
            numbers[size++] = number;
        }

        long[] all() {
            return java.util.Arrays.copyOf(numbers, size);
        }
    }

    private static String cursor(String line) {
        return line.substring("{\"cursor\":\"".length(), line.indexOf('"', "{\"cursor\":\"".length()));
    }

    private long[] readPages(int limit, Random random) throws IOException, InterruptedException {
        var told = new Told();
        String from = "";
        String token = "";
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int asked = 0; ; asked++) {
                boolean last = !writing.get();
                if (asked % REQUESTS_A_TOKEN == 0) {
                    token = Tokens.application(feed.permission);
                }
                var request = HttpRequest.newBuilder(URI.create(
                                "http://localhost:" + RestAssured.port + feed.path + "?limit=" + limit + from))
                        .header("Authorization", "Bearer " + token)
                        .build();
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 503) { // no time for it now: the same again
                    pause(random, 100);
                    continue;
                }
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                List<String> lines = answer.body().lines().toList();
                int done = random.nextInt(4) == 0 ? random.nextInt(lines.size()) : lines.size() - 1;
                lines.subList(0, done).forEach(told::add);
                if (done == lines.size() - 1) {
                    from = "&cursor=" + cursor(lines.getLast());
                } else if (done > 0) {
                    from = "&cursor=" + cursor(lines.get(done - 1));
                }
                if (lines.size() == 1 && lines.getLast().contains("\"more\":false")) {
                    if (last) {
                        return told.all();
                    }
                    pause(random, 20); // else readers take the machine from those who write
                }
            }
        }
    }

    private long[] readEvents(Random random) throws IOException, InterruptedException {
        var told = new Told();
        String lastId = "";
        while (true) {
            boolean last = !writing.get();
            try (Reader reader = read(feed.path, "Last-Event-ID", lastId)) {
                for (int i = random.nextInt((int) Math.max(200, ROWS / 10)); i >= 0; i--) {
                    Event event = reader.next();
                    if (event.data() != null) {
                        told.add(event.data());
                        lastId = event.id();
                    } else if (last && event.id() != null) {
                        return told.all(); // a heartbeat: all there is was told
                    }
                }
            }
        }
    }

    /// In the order of the feed, but of all that is committed.
    private long[] readCarelessly() throws SQLException, InterruptedException {
        var told = new Told();
        String xid = "0";
        long id = 0;
        try (Connection connection = TestDatabase.open();
                var statement = connection.prepareStatement(feed.careless)) {
            while (true) {
                boolean last = !writing.get();
                statement.setString(1, Tokens.TENANT);
                statement.setString(2, xid);
                statement.setLong(3, id);
                boolean any = false;
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        any = true;
                        xid = rows.getString(1);
                        carelessAt.set(rows.getLong(1));
                        id = rows.getLong(2);
                        long number = rows.getLong(3);
                        told.add(rows.getString(4).equals("Updated") ? -number : number);
                    }
                }
                if (!any) {
                    if (last) {
                        return told.all();
                    }
                    Thread.sleep(5);
                }
            }
        }
    }
}
