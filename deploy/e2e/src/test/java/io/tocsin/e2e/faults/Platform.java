package io.tocsin.e2e.faults;

import io.tocsin.e2e.Balancer;
import io.tocsin.e2e.Replica;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The platform with everything that can go wrong between its parts: replicas of each service behind a balancer, one
/// PostgreSQL on a small disk of its own, and a link wherever one part speaks to another.
final class Platform implements AutoCloseable {

    static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");

    private static final String DISK = "size=2g";
    private static final List<String> LOCKED =
            List.of("alert", "device_event", "indicator", "machine_action", "feed_change", "audit_entry");

    private final Path folder;
    private final Path disk;
    private final boolean isMounted;
    private final TestPostgres postgres;
    private final TestIssuer issuer;
    private final Balancer balancer;
    private final Link front;
    private final Link peers;
    private final Map<String, Link> databases = new LinkedHashMap<>();
    private final List<Slot> slots = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger started = new AtomicInteger();

    /// One replica's place: what runs there changes.
    private final class Slot {
        private final String service;
        private volatile Replica replica;

        Slot(String service) {
            this.service = service;
        }

        /// Whatever happens meanwhile, as a kubelet would.
        private void start() {
            while (replica == null && !threads.isShutdown()) {
                try {
                    Replica fresh = Replica.start(
                            service,
                            postgres,
                            issuer,
                            folder.resolve(service + "-" + started.incrementAndGet() + ".log"),
                            settings(service));
                    replica = fresh;
                    balancer.add(service, fresh);
                } catch (RuntimeException | AssertionError early) {
                    // it ended, or was not ready in time: tried again
                }
            }
        }

        private void killAndStart() {
            Replica old = replica;
            if (old == null) {
                return; // it is being started already
            }
            replica = null;
            old.close();
            balancer.remove(service, old);
            start();
        }
    }

    Platform(Path folder, int replicas) throws Exception {
        this.folder = folder;
        this.disk = Files.createDirectory(folder.resolve("disk"));
        this.isMounted = run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", disk.toString());
        Path data = Files.createDirectory(disk.resolve("data"));
        this.postgres = TestPostgres.startDurable(data, Map.of("max_wal_size", "256MB", "shared_buffers", "128MB"));
        this.issuer = TestIssuer.start();
        this.balancer = Balancer.start();
        this.front = Link.to("clients", balancer::port);
        this.peers = Link.to("peers", balancer::port);
        for (String service : SERVICES) {
            databases.put(service, Link.to(service + " to database", postgres::port));
            for (int i = 0; i < replicas; i++) {
                slots.add(new Slot(service));
            }
        }
        var all = slots.stream().map(slot -> threads.submit(slot::start)).toList();
        for (var one : all) {
            one.get(5, TimeUnit.MINUTES);
        }
    }

    private Map<String, String> settings(String service) {
        String peer = "http://127.0.0.1:" + peers.port();
        var settings = new HashMap<String, String>();
        settings.put("TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT);
        settings.put("TOCSIN_PEERS_ALERT_URL", peer);
        settings.put("TOCSIN_PEERS_RESPONSE_URL", peer);
        settings.put("TOCSIN_PEERS_INDICATOR_URL", peer);
        settings.put("TOCSIN_LIMITS_PROFILE", "off");
        settings.put("TOCSIN_ACTIONS_LEASE", "20s"); // of an agent that died with it, well within the patience
        settings.put("QUARKUS_DATASOURCE_JDBC_MAX_SIZE", "8");
        settings.put(
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:postgresql://127.0.0.1:" + databases.get(service).port() + "/tocsin");
        return settings;
    }

    String url() {
        return "http://127.0.0.1:" + front.port();
    }

    String token(List<String> roles) {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "faults")
                .claim("roles", roles)
                .expiresIn(Duration.ofDays(1)));
    }

    TestPostgres postgres() {
        return postgres;
    }

    List<Seeds.Kind> kinds() {
        var kinds = new ArrayList<>(List.of(Seeds.Kind.values()));
        if (!isMounted) {
            kinds.remove(Seeds.Kind.FullDisk);
        }
        return kinds;
    }

    /// Makes it go wrong for as long as it says, and lets it go right again.
    void apply(Seeds.Step step) throws Exception {
        switch (step.kind()) {
            case KillService -> slot(step).killAndStart();
            case FreezeService -> freeze(slot(step), step.millis());
            case KillDatabase -> restartDatabase();
            case FreezeDatabase -> freezeDatabase(step.millis());
            case CutLink -> during(link(step), Link::cut, step.millis());
            case DelayLink -> during(link(step), link -> link.delay(20 + step.part() % 180), step.millis());
            case StallLink -> during(link(step), Link::stall, step.millis());
            case SlowQueries -> lock(LOCKED.get(step.part() % LOCKED.size()), step.millis());
            case NoConnections -> exhaust(step.millis());
            case FullDisk -> fill(step.millis());
        }
    }

    private Slot slot(Seeds.Step step) {
        return slots.get(step.part() % slots.size());
    }

    private Link link(Seeds.Step step) {
        var links = new ArrayList<>(databases.values());
        links.add(front);
        links.add(peers);
        return links.get(step.part() % links.size());
    }

    private static void during(Link link, java.util.function.Consumer<Link> fault, int millis) {
        fault.accept(link);
        Client.pause(millis);
        link.heal();
    }

    private static void freeze(Slot slot, int millis) throws IOException, InterruptedException {
        Replica frozen = slot.replica;
        if (frozen == null) {
            return;
        }
        run("kill", "-STOP", Long.toString(frozen.pid()));
        Client.pause(millis);
        run("kill", "-CONT", Long.toString(frozen.pid()));
    }

    /// One at a time: two restarts of one server at once are none.
    private void restartDatabase() throws IOException, InterruptedException {
        synchronized (postgres) {
            postgres.killAndRestart();
        }
    }

    private void freezeDatabase(int millis) throws IOException, InterruptedException {
        synchronized (postgres) {
            List<ProcessHandle> all = postgres.processes();
            for (ProcessHandle one : all) {
                run("kill", "-STOP", Long.toString(one.pid()));
            }
            Client.pause(millis);
            for (ProcessHandle one : all) {
                run("kill", "-CONT", Long.toString(one.pid()));
            }
        }
    }

    /// Every query of a table waits, as behind a statement that takes long.
    private void lock(String table, int millis) {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("set local lock_timeout = '2s'");
            statement.execute("lock table " + table + " in access exclusive mode");
            Client.pause(millis);
            owner.rollback();
        } catch (SQLException other) {
            // another fault was faster
        }
    }

    private void exhaust(int millis) {
        var held = new ArrayList<Connection>();
        try {
            while (held.size() < 200) {
                held.add(postgres.asOwner());
            }
        } catch (SQLException full) {
            // as wanted, or another fault was faster
        }
        Client.pause(millis);
        for (Connection one : held) {
            try {
                one.close();
            } catch (SQLException gone) {
                // gone
            }
        }
    }

    private void fill(int millis) throws IOException, InterruptedException {
        Path ballast = disk.resolve("ballast");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            var block = new byte[1 << 20];
            for (int i = 0; i < 4_096; i++) {
                out.write(block);
            }
        } catch (IOException full) {
            // as wanted
        }
        Client.pause(millis);
        Files.deleteIfExists(ballast);
        if (!answers()) { // it ends when it cannot write its log
            restartDatabase();
        }
    }

    private boolean answers() {
        try (Connection owner = postgres.asOwner()) {
            return owner.isValid(2);
        } catch (SQLException down) {
            return false;
        }
    }

    /// Everything runs, answers, and is sent requests again; what does not within the time is named.
    Optional<String> recovered(Duration within) throws InterruptedException {
        long late = System.nanoTime() + within.toNanos();
        Optional<String> missing = missing();
        while (missing.isPresent() && System.nanoTime() < late) {
            Thread.sleep(200);
            missing = missing();
        }
        return missing;
    }

    private Optional<String> missing() {
        if (!answers()) {
            return Optional.of("the database does not answer");
        }
        for (Slot slot : slots) {
            Replica replica = slot.replica;
            if (replica == null || !replica.isReady()) {
                return Optional.of(slot.service + " is not ready");
            }
        }
        return Optional.empty();
    }

    List<Replica> replicas(String service) {
        return slots.stream()
                .filter(slot -> slot.service.equals(service))
                .map(slot -> slot.replica)
                .toList();
    }

    List<Replica> replicas() {
        return slots.stream().map(slot -> slot.replica).toList();
    }

    /// How the audit's own check ends: 0 when every link holds.
    int verifyAudit() throws IOException, InterruptedException {
        return Replica.verifyAudit(postgres, folder.resolve("audit-" + started.incrementAndGet() + ".log"));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        slots.forEach(slot -> Optional.ofNullable(slot.replica).ifPresent(Replica::close));
        front.close();
        peers.close();
        databases.values().forEach(Link::close);
        balancer.close();
        issuer.close();
        postgres.close();
        try {
            if (isMounted) {
                run("umount", "-l", disk.toString());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
