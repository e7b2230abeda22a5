package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What to size an installation by: how fast each kind of row comes in and what it costs its service, what a row weighs
/// in PostgreSQL with its indexes, what waiting agents cost. One replica of each service, everything on this machine,
/// the load as well. No part of the build: `make bench-size`.
class SizeCost {

    private static final int SECONDS = Integer.getInteger("tocsin.bench.seconds", 10);
    private static final int INDICATORS = Integer.getInteger("tocsin.bench.indicators", 100_000);
    private static final int AGENTS = 500;
    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final String SIZES = """
            select c.relname, sum(s.n), sum(pg_table_size(s.part)), sum(pg_indexes_size(s.part))
            from (select coalesce(i.inhparent, c.oid) as whole, c.oid as part,
                    (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || c.oid::regclass, false, true, '')))[1]::text::bigint as n
                from pg_class c left join pg_inherits i on i.inhrelid = c.oid
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r') s
            join pg_class c on c.oid = s.whole
            group by c.relname having sum(s.n) >= 500 order by c.relname
            """;

    @TempDir
    Path folder;

    private final Map<String, Replica> replicas = new HashMap<>();
    private TestPostgres postgres;
    private TestIssuer issuer;
    private Balancer balancer;
    private String token;

    @BeforeEach
    void start() throws IOException, SQLException {
        postgres = TestPostgres.start(
                folder.resolve("data"),
                LocalPlatform.freePort(),
                // As it is run: what is acknowledged is on the disk.
                Map.of("fsync", "on", "shared_buffers", "512MB", "max_wal_size", "4GB"));
        postgres.migrate();
        issuer = TestIssuer.start();
        balancer = Balancer.start();
        token = issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "size")
                .claim(
                        "roles",
                        Set.of(
                                "Alert.ReadWrite.All",
                                "Event.Write",
                                "Machine.ReadWrite.All",
                                "Machine.Isolate",
                                "Ti.ReadWrite.All")));
        for (String service : List.of("alert-service", "response-service", "indicator-service")) {
            Replica replica = Replica.start(
                    service,
                    postgres,
                    issuer,
                    folder.resolve(service + ".log"),
                    Map.of(
                            "TOCSIN_IDENTITY_DEFAULT_TENANT",
                            TENANT,
                            "TOCSIN_TOKEN_ENDPOINT",
                            issuer.url() + "/token",
                            "TOCSIN_PEERS_ALERT_URL",
                            balancer.url(),
                            "TOCSIN_PEERS_RESPONSE_URL",
                            balancer.url(),
                            "TOCSIN_PEERS_INDICATOR_URL",
                            balancer.url(),
                            "TOCSIN_LIMITS_PROFILE",
                            "off"));
            replicas.put(service, replica);
            balancer.add(service, replica);
        }
    }

    @AfterEach
    void stop() {
        replicas.values().forEach(Replica::close);
        balancer.close();
        issuer.close();
        postgres.close();
    }

    private interface Call {
        /// How many items went in.
        int call(long number) throws IOException;
    }

    @Test
    void shouldSayWhatAnInstallationNeeds() throws Exception {
        measure("alerts, one a request", "alert-service", 16, this::alert);
        measure("alerts, 500 a request", "alert-service", 2, number -> alerts(number, 500));
        measure("events, 1,000 a request", "alert-service", 2, number -> events(number, 1_000));
        indicators();
        measure("values matched, 5,000 a request", "indicator-service", 2, number -> match(number, 5_000));
        print("memory of indicator-service with " + grouped(count("indicator")) + " indicators: "
                + replicas.get("indicator-service").residentMegabytes() + " MB (256 MB heap)");
        List<String> credentials = agents();
        waiting(credentials);
        for (String service : replicas.keySet().stream().sorted().toList()) {
            print("connections of " + service + " now: "
                    + value("select count(*) from pg_stat_activity where usename = '" + TestPostgres.login(service)
                            + "'"));
        }
        sizes();
    }

    private void measure(String what, String service, int callers, Call call) throws Exception {
        var numbers = new AtomicLong();
        run(callers, Duration.ofSeconds(SECONDS), numbers, call); // the compiler's
        Duration before = replicas.get(service).cpu();
        Instant began = Instant.now();
        long items = run(callers, Duration.ofSeconds(SECONDS), numbers, call);
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
        double cpu = replicas.get(service).cpu().minus(before).toMillis() / 1000.0;
        print(String.format(
                Locale.ROOT,
                "%-32s %,9.0f a second, %,9.0f a second of %s's processor",
                what,
                items / seconds,
                items / cpu,
                service));
    }

    private static long run(int callers, Duration time, AtomicLong numbers, Call call) throws Exception {
        Instant end = Instant.now().plus(time);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = IntStream.range(0, callers)
                    .mapToObj(i -> threads.submit(() -> {
                        long items = 0;
                        while (Instant.now().isBefore(end)) {
                            items += call.call(numbers.getAndIncrement());
                        }
                        return items;
                    }))
                    .toList();
            long sum = 0;
            for (var items : done) {
                sum += items.get();
            }
            return sum;
        }
    }

    private int alert(long number) throws IOException {
        post("alert-service", "/v1/alerts", alertJson("one", number), 201);
        return 1;
    }

    private int alerts(long number, int size) throws IOException {
        post(
                "alert-service",
                "/v1/alerts",
                IntStream.range(0, size)
                        .mapToObj(i -> alertJson("bulk", number * size + i))
                        .collect(Collectors.joining(",", "[", "]")),
                200);
        return size;
    }

    /// Two entities, a sentence of description, as a network sensor's; a file hash of many values, so that few are
    /// related.
    private static String alertJson(String source, long number) {
        return """
                {"source":"%s","sourceRef":"ref-%d","title":"ET MALWARE Observed beacon to known C2","severity":"Medium",\
                "category":"CommandAndControl","description":"A connection matched signature 2034567 on sensor edge-4; the flow carried 4 packets and was reset.",\
                "mitreTechniques":["T1071.001"],"evidence":[{"entityType":"Ip","ipAddress":"198.%d.%d.%d"},\
                {"entityType":"File","sha256":"%064x","fileName":"update.exe","filePath":"C:\\\\\\\\ProgramData"}]}""".formatted(
                        source,
                        number,
                        18 + number % 2,
                        number / 2 % 250,
                        number / 500 % 250,
                        number + (source.equals("one") ? 1L << 40 : 0));
    }

    private int events(long number, int size) throws IOException {
        String now = Instant.now().toString();
        post(
                "alert-service",
                "/v1/events",
                IntStream.range(0, size)
                        .mapToObj(i -> """
                                {"category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"%s","DeviceName":"ws%d.corp.example","ActionType":"ProcessCreated","ReportId":%d,\
                                "FileName":"svchost.exe","FolderPath":"C:\\\\Windows\\\\System32\\\\svchost.exe","ProcessId":%d,"ProcessCreationTime":"%s","ProcessCommandLine":"svchost.exe -k netsvcs -p -s Schedule",\
                                "SHA1":"%040x","SHA256":"%064x","AccountDomain":"corp","AccountName":"system","InitiatingProcessFileName":"services.exe","InitiatingProcessId":900,"InitiatingProcessCreationTime":"%s"}}""".formatted(
                                now, i % 500, number * size + i, 1000 + i, now, number % 5_000, number % 5_000, now))
                        .collect(Collectors.joining("\n")),
                200);
        return size;
    }

    private void indicators() throws Exception {
        int batch = 500;
        Duration before = replicas.get("indicator-service").cpu();
        Instant began = Instant.now();
        var numbers = new AtomicLong();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = IntStream.range(0, 2)
                    .mapToObj(thread -> threads.submit(() -> {
                        for (long from = numbers.getAndAdd(batch); from < INDICATORS; from = numbers.getAndAdd(batch)) {
                            long first = from;
                            post(
                                    "indicator-service",
                                    "/api/indicators/import",
                                    IntStream.range(0, batch)
                                            .mapToObj(i -> """
                                                    {"indicatorValue":"%064x","indicatorType":"FileSha256","action":"Block","title":"Feed hash","description":"From a feed","severity":"High"}""".formatted(first + i + 1_000_000_000L))
                                            .collect(Collectors.joining(",", "{\"Indicators\":[", "]}")),
                                    200);
                        }
                        return null;
                    }))
                    .toList();
            for (var each : done) {
                each.get();
            }
        }
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
        double cpu = replicas.get("indicator-service").cpu().minus(before).toMillis() / 1000.0;
        assertThat(count("indicator")).isEqualTo(INDICATORS);
        print(String.format(
                Locale.ROOT,
                "%-32s %,9.0f a second, %,9.0f a second of %s's processor",
                "indicators, 500 a request",
                INDICATORS / seconds,
                INDICATORS / cpu,
                "indicator-service"));
    }

    private int match(long number, int size) throws IOException {
        post(
                "indicator-service",
                "/v1/indicators/match",
                IntStream.range(0, size)
                        .mapToObj(i -> "{\"type\":\"FileSha256\",\"value\":\"%064x\"}".formatted(number * size + i))
                        .collect(Collectors.joining(",", "{\"values\":[", "]}")),
                200);
        return size;
    }

    private List<String> agents() throws Exception {
        var credentials = new ArrayList<String>();
        var json = new ObjectMapper();
        var machines = new ArrayList<String>();
        for (int i = 0; i < AGENTS; i++) {
            String enrolment = json.readTree(
                            post("response-service", "/agent/v1/enrollment-tokens", "{\"expiresInSeconds\":600}", 201))
                    .path("token")
                    .asText();
            var enrolled = json.readTree(post(
                    "response-service",
                    "/agent/v1/enroll",
                    "{\"token\":\"" + enrolment + "\",\"computerDnsName\":\"agent" + i
                            + ".corp.example\",\"osPlatform\":\"Windows11\"}",
                    201));
            credentials.add(enrolled.path("credential").asText());
            machines.add(enrolled.path("machineId").asText());
        }
        Instant began = Instant.now();
        for (String machine : machines) {
            post("response-service", "/api/machines/" + machine + "/isolate", "{\"Comment\":\"c\"}", 201);
        }
        print(String.format(
                Locale.ROOT,
                "%-32s %,9.0f a second by one caller",
                "actions, one a request",
                AGENTS * 1000.0 / Duration.between(began, Instant.now()).toMillis()));
        for (String credential : credentials) { // each takes its action, so that it waits from now on
            replicas.get("response-service").get("/agent/v1/actions", credential);
        }
        return credentials;
    }

    /// Every agent waits for actions and for indicators, as a real one does; nothing happens.
    private void waiting(List<String> credentials) throws Exception {
        Replica response = replicas.get("response-service");
        String cursor = new ObjectMapper()
                .readTree(response.get("/agent/v1/indicators", credentials.getFirst())
                        .body())
                .path("cursor")
                .asText();
        for (String next = ""; !next.equals(cursor); ) { // through the snapshot
            next = cursor;
            cursor = new ObjectMapper()
                    .readTree(response.get("/agent/v1/indicators?cursor=" + cursor, credentials.getFirst())
                            .body())
                    .path("cursor")
                    .asText();
        }
        String end = cursor;
        var waiting = new CountDownLatch(credentials.size() * 2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String credential : credentials) {
                for (String path : List.of("actions?", "indicators?cursor=" + end + "&")) {
                    threads.submit(() -> {
                        waiting.countDown();
                        return response.get("/agent/v1/" + path + "wait=" + (SECONDS + 8), credential);
                    });
                }
            }
            waiting.await();
            Thread.sleep(4_000); // they settle
            Duration before = response.cpu();
            long statements = statements();
            Thread.sleep(SECONDS * 1000L);
            double cpu = response.cpu().minus(before).toMillis() / 1000.0 / SECONDS;
            print(String.format(
                    Locale.ROOT,
                    "%d agents waiting on two routes: %.2f processors of response-service, %d MB, %,.0f transactions a second",
                    credentials.size(),
                    cpu,
                    response.residentMegabytes(),
                    (statements() - statements) / (double) SECONDS));
        }
    }

    private long statements() throws SQLException {
        return Long.parseLong(value("select xact_commit from pg_stat_database where datname = 'tocsin'"));
    }

    private void sizes() throws SQLException {
        await("the audit is sealed")
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                        value("select count(*) from alert where not correlated").equals("0"));
        try (Connection connection = postgres.asAdministrator();
                var statement = connection.createStatement()) {
            statement.execute("vacuum full");
            try (var rows = statement.executeQuery(SIZES)) {
                while (rows.next()) {
                    long count = rows.getLong(2);
                    print(String.format(
                            Locale.ROOT,
                            "%-20s %,9d rows, %,5d bytes a row and %,5d of indexes",
                            rows.getString(1),
                            count,
                            rows.getLong(3) / count,
                            rows.getLong(4) / count));
                }
            }
        }
    }

    private String post(String service, String path, String body, int status) throws IOException {
        HttpResponse<String> answer = replicas.get(service).post(path, token, null, body);
        assertThat(answer.statusCode())
                .as(
                        "%s: %s",
                        path,
                        answer.body().substring(0, Math.min(500, answer.body().length())))
                .isEqualTo(status);
        return answer.body();
    }

    private long count(String table) throws SQLException {
        return Long.parseLong(value("select count(*) from " + table));
    }

    private String value(String sql) throws SQLException {
        try (Connection connection = postgres.asAdministrator()) {
            return Backup.column(connection, sql).getFirst();
        }
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static void print(String line) {
        System.out.println("size " + line);
    }
}
