package io.tocsin.bench;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/// How fast indicators come in and are matched, beside PostgreSQL itself, all in one run on one machine that also runs
/// PostgreSQL and the load: `make bench-indicators`.
class IndicatorBench {

    private static final int ROUNDS = Integer.getInteger("tocsin.bench.rounds", 3);
    private static final int LINES = Integer.getInteger("tocsin.bench.lines", 200_000);
    private static final int BATCHED = Integer.getInteger("tocsin.bench.batched", 100_000);
    private static final int HELD = Integer.getInteger("tocsin.bench.held", 0);
    private static final int STREAMS = Integer.getInteger("tocsin.bench.streams", 2);
    private static final int CONNECTIONS = Integer.getInteger("tocsin.bench.connections", 4);
    private static final int MATCHED = 10_000;
    private static final int MATCHES = Integer.getInteger("tocsin.bench.matches", 200);
    private static final int PER_TRANSACTION = 2_000;
    private static final List<String> PARTS = List.of(
            System.getProperty("tocsin.bench.parts", "lines,batches,match").split(","));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final List<String> report = new ArrayList<>();
    private String token;
    private ServiceProcess service;
    private TestPostgres postgres;

    @Test
    void shouldSayHowFastIndicatorsAre() throws Exception {
        postgres = TestPostgres.startDurable(folder.resolve("data"));
        var issuer = TestIssuer.start();
        token = issuer.sign(issuer.claims()
                .claim("tid", Tokens.TENANT)
                .claim("appid", "bench")
                .claim("roles", Set.of("Ti.ReadWrite.All")));
        service = ServiceProcess.start(
                "indicator-service", postgres, issuer, folder.resolve("indicator-service.log"), jvm(), Map.of());
        try {
            say("%s, %d processors, load %s before; Java %s"
                    .formatted(Instant.now(), Runtime.getRuntime().availableProcessors(), load(), Runtime.version()));
            hold();
            lines("warm", 0, LINES / 4);
            if (PARTS.contains("lines")) {
                lines();
            }
            if (PARTS.contains("batches")) {
                batches();
            }
            if (PARTS.contains("match")) {
                match();
            }
            say("load %s after".formatted(load()));
        } finally {
            service.close();
            issuer.close();
            postgres.close();
        }
        String results = System.getProperty("tocsin.bench.results");
        if (results != null) {
            Files.writeString(Path.of(results), String.join("\n", report) + "\n");
        }
    }

    private static List<String> jvm() {
        String recording = System.getProperty("tocsin.bench.recording");
        return recording == null
                ? List.of()
                : List.of("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + recording);
    }

    /// What a number of things cost the processors, in microseconds each.
    private final class Cost {

        private final double ours = CpuTime.of(service.pid());
        private final double postgresql = CpuTime.of(postgres.pid());
        private final double load = CpuTime.ofThis();

        private String each(int number) {
            return "processor time each: service %.1f µs, PostgreSQL %.1f µs, load %.1f µs"
                    .formatted(
                            (CpuTime.of(service.pid()) - ours) * 1e6 / number,
                            (CpuTime.of(postgres.pid()) - postgresql) * 1e6 / number,
                            (CpuTime.ofThis() - load) * 1e6 / number);
        }
    }

    /// What is there before: an empty table is not what lists are sent to.
    private void hold() throws SQLException {
        if (HELD == 0) {
            return;
        }
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("""
                    insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by,
                        severity, title, description, creation_ticks, last_update_ticks)
                    select '%1$s', 'held-' || n || '.example', 'DomainName', 'held-' || n || '.example', 'Block', 'held',
                        'High', 'Held', 'Held', 17700000000000000 + n, 17700000000000000 + n
                    from generate_series(1::bigint, %2$d) n
                    """.formatted(Tokens.TENANT, HELD));
            statement.execute("vacuum analyze indicator");
        }
    }

    private void lines() throws Exception {
        double[] ours = new double[ROUNDS];
        double[] again = new double[ROUNDS];
        double[] bare = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long before = highest("indicator");
            long audited = highest("audit_entry");
            var cost = new Cost();
            ours[round] = LINES / lines("lines" + round, 0, LINES);
            String each = cost.each(LINES);
            cost = new Cost();
            again[round] = LINES / lines("lines" + round, 0, LINES);
            String eachAgain = cost.each(LINES);
            bare[round] = bare(before, audited);
            say(
                    "NDJSON by %d streams: %,.0f/s (%s); the same list again %,.0f/s (%s); bare COPY of the rows of the first %,.0f/s; ratio %.2f"
                            .formatted(
                                    STREAMS,
                                    ours[round],
                                    each,
                                    again[round],
                                    eachAgain,
                                    bare[round],
                                    ours[round] / bare[round]));
        }
        say("NDJSON, median of %d: %,.0f/s; again %,.0f/s; bare %,.0f/s"
                .formatted(ROUNDS, median(ours), median(again), median(bare)));
    }

    private void batches() throws Exception {
        lines("batch-warm", 0, 0);
        run(BATCHED / 4, 500, 2, number -> batch("warmed", number));
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            String source = "batch" + round;
            var cost = new Cost();
            rates[round] = BATCHED / run(BATCHED, 500, CONNECTIONS, number -> batch(source, number));
            say("POST /api/indicators/import, 500 each by %d connections: %,.0f/s (%s)"
                    .formatted(CONNECTIONS, rates[round], cost.each(BATCHED)));
        }
        say("batches, median of %d: %,.0f/s".formatted(ROUNDS, median(rates)));
    }

    private void match() throws Exception {
        int all = MATCHES * MATCHED;
        run(all / 4, MATCHED, 2, IndicatorBench::values);
        for (int round = 0; round < ROUNDS; round++) {
            var cost = new Cost();
            double rate = all / run(all, MATCHED, 2, IndicatorBench::values);
            say(
                    "POST /v1/indicators/match, %,d values each, one in a hundred found, by 2 connections: %,.0f values/s (%s)"
                            .formatted(MATCHED, rate, cost.each(all)));
        }
    }

    private record Request(String path, String body) {}

    private static Request batch(String source, int number) {
        var body = new StringBuilder("{\"Indicators\":[");
        for (int i = 0; i < 500; i++) {
            body.append(i == 0 ? "" : ",").append(indicator(source, number * 500 + i));
        }
        return new Request("/api/indicators/import", body.append("]}").toString());
    }

    private static Request values(int number) {
        var body = new StringBuilder("{\"values\":[");
        for (int i = 0; i < MATCHED; i++) {
            int value = number * MATCHED + i;
            body.append(i == 0 ? "" : ",");
            if (i % 100 == 0) {
                body.append("{\"type\":\"DomainName\",\"value\":\"")
                        .append(domain("warm", value % 997 * 4))
                        .append("\"}");
            } else if (i % 2 == 0) {
                body.append("{\"type\":\"FileSha1\",\"value\":\"%040x\"}".formatted(value * 0x9E3779B97F4A7C15L));
            } else {
                body.append("{\"type\":\"IpAddress\",\"value\":\"")
                        .append(1 + (value >> 16 & 7))
                        .append('.')
                        .append(value >> 8 & 255)
                        .append('.')
                        .append(value & 255)
                        .append(".77\"}");
            }
        }
        return new Request("/v1/indicators/match", body.append("]}").toString());
    }

    private interface Requests {
        Request of(int number);
    }

    /// @return seconds
    private double run(int items, int each, int connections, Requests requests) throws Exception {
        int many = items / each;
        byte[][] bodies = new byte[many][];
        for (int i = 0; i < many; i++) {
            Request request = requests.of(i);
            bodies[i] = post(request.path(), request.body());
        }
        var next = new AtomicInteger();
        return timed(connections, () -> {
            try (var connection = new HttpConnection(service.port())) {
                for (int i = next.getAndIncrement(); i < many; i = next.getAndIncrement()) {
                    int status = connection.exchange(bodies[i]);
                    if (status != 200) {
                        throw new IOException("answered " + status);
                    }
                }
            }
            return null;
        });
    }

    private byte[] post(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, request, head.length, bytes.length);
        return request;
    }

    private static double timed(int threads, Callable<Void> work) throws Exception {
        long start = System.nanoTime();
        try (var executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(work));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /// @return seconds
    private double lines(String source, int from, int to) throws Exception {
        List<byte[]> bodies = new ArrayList<>();
        for (int stream = 0; stream < STREAMS; stream++) {
            var text = new StringBuilder();
            for (int i = from + stream; i < to; i += STREAMS) {
                text.append(indicator(source, i)).append('\n');
            }
            bodies.add(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        var next = new AtomicInteger();
        return timed(STREAMS, () -> {
            stream(bodies.get(next.getAndIncrement()));
            return null;
        });
    }

    /// Sends and reads at the same time: results flow while lines are still sent.
    private void stream(byte[] body) throws Exception {
        try (var socket = new Socket("127.0.0.1", service.port());
                var sending = Executors.newSingleThreadExecutor()) {
            OutputStream out = socket.getOutputStream();
            Future<Void> sent = sending.submit(() -> {
                out.write(("POST /v1/indicators/import HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                                + "\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\nContent-Length: "
                                + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                out.write(body);
                out.flush();
                return null;
            });
            InputStream in = socket.getInputStream();
            byte[] status = in.readNBytes(12);
            in.transferTo(OutputStream.nullOutputStream());
            sent.get();
            if (!new String(status, StandardCharsets.ISO_8859_1).endsWith("200")) {
                throw new IOException("a stream was answered " + new String(status, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /// Of the length lists have: title, description, an end, and what to do.
    private static String indicator(String source, int i) {
        String value = switch (i % 4) {
            case 0 -> "\"DomainName\",\"indicatorValue\":\"" + domain(source, i);
            case 1 ->
                "\"FileSha256\",\"indicatorValue\":\"%032x%032x".formatted(source.hashCode(), i * 0x9E3779B97F4A7C15L);
            case 2 -> "\"FileSha1\",\"indicatorValue\":\"%020x%020x".formatted(source.hashCode(), i);
            default -> "\"Url\",\"indicatorValue\":\"http://" + domain(source, i) + "/load/" + i;
        };
        return "{\"indicatorType\":" + value
                + "\",\"action\":\"Block\",\"severity\":\"High\",\"title\":\"Known malware\",\"description\":"
                + "\"Seen in a campaign against banks\",\"expirationTime\":\"2036-11-30T00:00:00Z\","
                + "\"application\":\"threat-list\",\"externalId\":\"" + source + "-" + i + "\"}";
    }

    private static String domain(String source, int i) {
        return Integer.toHexString(i * 0x9E3779B1) + "." + source + ".bad-domains.example";
    }

    private long highest(String table) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery("select coalesce(max(id), 0) from " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// The rows that were stored since, taken out and put in again by `COPY` into the same tables with the same
    /// indexes: what PostgreSQL itself takes.
    ///
    /// @return rows of `indicator` a second
    private double bare(long after, long audited) throws Exception {
        record Table(String name, String columns, String where) {}
        String columns =
                "tenant_id, id, indicator_value, indicator_type, match_value, action, created_by, created_by_display_name,"
                        + " created_by_source, severity, category, application, educate_url, bypass_duration_hours, title,"
                        + " description, recommended_actions, creation_ticks, expiration_ticks, last_update_ticks,"
                        + " last_updated_by, rbac_group_names, rbac_group_ids, mitre_techniques, generate_alert, external_id";
        List<Table> tables = List.of(
                new Table("indicator", columns, "id > %d and id <= %d"),
                new Table(
                        "indicator_change",
                        "tenant_id, indicator_id, removed, at_ticks",
                        "indicator_id > %d and indicator_id <= %d"),
                new Table(
                        "audit_entry",
                        "tenant_id, service, at_ticks, actor, permission, action, target, detail, request_id",
                        "id > %d and id <= %d"));
        List<List<String>> chunks = new ArrayList<>();
        int many = 0;
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            var copy = owner.unwrap(PGConnection.class).getCopyAPI();
            long last = highest("indicator");
            long lastAudited = highest("audit_entry");
            for (long from = after; from < last; from += PER_TRANSACTION) {
                List<String> rows = new ArrayList<>();
                for (Table table : tables) {
                    var text = new java.io.ByteArrayOutputStream();
                    // The audit has fewer rows: each transaction gets its share.
                    boolean audit = table.name().equals("audit_entry");
                    long begin = audit ? audited + (lastAudited - audited) * (from - after) / (last - after) : from;
                    long end = Math.min(from + PER_TRANSACTION, last);
                    long until = audit ? audited + (lastAudited - audited) * (end - after) / (last - after) : end;
                    copy.copyOut(
                            "copy (select " + table.columns() + " from " + table.name() + " where "
                                    + table.where().formatted(begin, until) + ") to stdout",
                            text);
                    rows.add(text.toString(StandardCharsets.UTF_8));
                }
                many += (int) rows.getFirst().lines().count();
                chunks.add(rows);
            }
            statement.execute("delete from indicator where id > " + after);
        }
        var next = new AtomicInteger();
        double seconds = timed(STREAMS, () -> {
            // As the owner: COPY does not write where rows are policed.
            try (Connection connection = postgres.asOwner()) {
                connection.setAutoCommit(false);
                var copy = connection.unwrap(PGConnection.class).getCopyAPI();
                for (int i = next.getAndIncrement(); i < chunks.size(); i = next.getAndIncrement()) {
                    for (int t = 0; t < tables.size(); t++) {
                        copy.copyIn(
                                "copy " + tables.get(t).name() + " ("
                                        + tables.get(t).columns() + ") from stdin",
                                new java.io.StringReader(chunks.get(i).get(t)));
                    }
                    connection.commit();
                }
            }
            return null;
        });
        return many / seconds;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).replaceAll("(\\S+ \\S+) .*\\s*", "$1") : "unknown";
    }

    private void say(String line) {
        report.add("* " + line);
        System.out.println(String.format(Locale.ROOT, "bench %s", line));
    }
}
