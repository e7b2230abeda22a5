package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The services do their work through PgBouncer in transaction mode, five server connections each, as
/// docs/operations.md
/// says it is set up. `make prove-pooler`, where there is a `pgbouncer`.
@EnabledIfSystemProperty(named = "tocsin.e2e.pooler", matches = "true")
class PoolerE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");
    /// What the driver is told: 0 prepares nothing on the server.
    private static final String PREPARE_THRESHOLD = System.getProperty("tocsin.e2e.prepare-threshold", "0");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void shouldDoEveryKindOfWorkThroughAPoolerThatGivesAConnectionForATransaction() throws Exception {
        Path pgbouncer = Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(pgbouncer != null, "there is no pgbouncer here");
        int port = LocalPlatform.freePort();
        var replicas = new ArrayList<Replica>();
        Process pooler = null;
        try (TestPostgres postgres = TestPostgres.start();
                TestIssuer issuer = TestIssuer.start();
                Balancer balancer = Balancer.start()) {
            // Given
            pooler = start(pgbouncer, port, postgres.port());
            for (String service : SERVICES) {
                Replica replica = Replica.start(
                        service,
                        postgres,
                        issuer,
                        folder.resolve(service + ".log"),
                        Map.of(
                                "QUARKUS_DATASOURCE_JDBC_URL",
                                "jdbc:postgresql://127.0.0.1:" + port + "/tocsin?prepareThreshold=" + PREPARE_THRESHOLD,
                                "TOCSIN_IDENTITY_DEFAULT_TENANT",
                                TENANT,
                                "TOCSIN_PEERS_ALERT_URL",
                                balancer.url(),
                                "TOCSIN_PEERS_RESPONSE_URL",
                                balancer.url(),
                                "TOCSIN_PEERS_INDICATOR_URL",
                                balancer.url(),
                                "TOCSIN_LIMITS_PROFILE",
                                "off"));
                replicas.add(replica);
                balancer.add(service, replica);
            }

            // When
            try (var load = new UpgradeLoad(balancer.url(), issuer, TENANT)) {
                load.start(SERVICES);
                for (int i = 0; i < 5; i++) {
                    load.awaitWorkOfEveryKind();
                }
                load.stop();

                // Then
                System.out.println("pooler: " + load);
                assertThat(load.failures()).isEmpty();
                assertThat(load.unfinished()).isEmpty();
                try (var connection = postgres.asAdministrator()) {
                    for (var expected : load.counts().entrySet()) {
                        assertThat(Backup.column(connection, "select count(*) from " + expected.getKey()))
                                .as(expected.getKey())
                                .containsExactly(
                                        Long.toString(expected.getValue().most()));
                    }
                    System.out.println("pooler: "
                            + Backup.column(
                                    connection,
                                    "select usename || ' ' || count(*) || ' connections' from pg_stat_activity"
                                            + " where usename like '%\\_service' group by usename order by 1"));
                }
            }
        } finally {
            replicas.forEach(Replica::close);
            if (pooler != null) {
                pooler.destroy();
                pooler.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private Process start(Path pgbouncer, int port, int server) throws IOException {
        Path users = folder.resolve("users.txt");
        Files.write(
                users,
                SERVICES.stream()
                        .map(service -> "\"" + TestPostgres.login(service) + "\" \"" + TestPostgres.password() + "\"")
                        .toList());
        Path config = folder.resolve("pgbouncer.ini");
        Files.writeString(config, """
                [databases]
                tocsin = host=127.0.0.1 port=%d dbname=tocsin connect_query='select check_feed_epoch()'
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = plain
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 5
                ignore_startup_parameters = extra_float_digits
                """.formatted(server, port, users));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var command = new ArrayList<>(List.of(pgbouncer.toString(), config.toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(1, List.of("-u", "nobody"));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(10)).ignoreExceptions().until(() -> {
            new Socket("127.0.0.1", port).close();
            return true;
        });
        return process;
    }
}
