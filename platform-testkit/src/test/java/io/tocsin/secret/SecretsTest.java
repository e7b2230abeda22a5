package io.tocsin.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.testkit.TestMasterKeys;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.wire.RetryLaterException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// Several replicas of several services on one PostgreSQL, each with its own view of the master keys.
class SecretsTest {

    private static final byte[] SECRET = "s3cr3t".getBytes(UTF_8);
    private static final String PURPOSE = "webhook";
    private static final Duration RENEW_AFTER = Duration.ofDays(90);
    private static final Duration ELEVEN_SECONDS = Duration.ofSeconds(11);
    private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

    private static TestPostgres postgres;

    private final UUID tenant = UUID.randomUUID();
    private final Path folder = TestMasterKeys.make();

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void forgetTheKeysOfOtherFolders() throws SQLException {
        owner("truncate data_key");
    }

    /// One process of a service.
    private static final class Replica {

        private final AtomicLong now = new AtomicLong();
        private final DataKeyRepository keys;
        private final MasterKeys masters;
        private final Secrets secrets;

        Replica(String service, Path folder) {
            var database = new PGSimpleDataSource();
            database.setUrl(postgres.url());
            database.setUser(TestPostgres.login(service));
            database.setPassword(TestPostgres.password());
            keys = new DataKeyRepository(database, service);
            masters = new MasterKeys(Optional.of(folder), now::get);
            secrets = new Secrets(
                    new DataKeys(keys, masters, RENEW_AFTER, Replica::apart, now::get, new SimpleMeterRegistry()));
        }

        /// A connection of each statement's own is a transaction of its own.
        private static <T> T apart(Callable<T> work) {
            try {
                return work.call();
            } catch (RuntimeException failed) {
                throw failed;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        }

        void wait(Duration time) {
            now.addAndGet(time.toNanos());
        }

        /// As the job does it, but for its transaction and its audit.
        int rewrap(Duration rest) {
            int done = 0;
            for (WrappedKey before : keys.outdated(masters.ring(), rest, 100)) {
                DataKey key = before.unwrapped(keys.service(), masters.ring().key(before.masterKey()));
                done += keys.rewrap(before, WrappedKey.of(key, keys.service(), masters.ring())) ? 1 : 0;
            }
            return done;
        }
    }

    private Replica replica() {
        return new Replica("alert-service", folder);
    }

    private byte[] sealed(Replica replica) {
        return replica.secrets.seal(tenant, PURPOSE, "1", SECRET);
    }

    private byte[] opened(Replica replica, byte[] sealed) {
        return replica.secrets.open(tenant, PURPOSE, "1", sealed);
    }

    @Test
    void shouldOpenInAnotherReplicaWhatOneSealed() {
        byte[] sealed = sealed(replica());

        assertThat(opened(replica(), sealed)).isEqualTo(SECRET);
        assertThat(new String(sealed, UTF_8)).doesNotContain("s3cr3t");
    }

    @Test
    void shouldOpenInItsOwnPlaceOnly() {
        Replica replica = replica();
        byte[] sealed = sealed(replica);
        UUID other = UUID.randomUUID();
        replica.secrets.prepare(other);

        assertThatThrownBy(() -> replica.secrets.open(tenant, PURPOSE, "2", sealed))
                .hasMessageContaining("another place");
        assertThatThrownBy(() -> replica.secrets.open(tenant, "taxii", "1", sealed))
                .hasMessageContaining("another place");
        assertThatThrownBy(() -> replica.secrets.open(other, PURPOSE, "1", sealed))
                .isInstanceOf(RetryLaterException.class); // that tenant has no such key
        sealed[sealed.length - 1] ^= 1;
        assertThatThrownBy(() -> opened(replica, sealed)).hasMessageContaining("changed");
        sealed[0] = 2;
        assertThatThrownBy(() -> opened(replica, sealed)).hasMessageContaining("form");
    }

    @Test
    void shouldNotOpenWhenTheKeyItselfWasMovedToAnotherTenant() throws SQLException {
        byte[] sealed = sealed(replica());
        UUID other = UUID.randomUUID();
        owner("update data_key set tenant_id = '" + other + "' where tenant_id = '" + tenant + "'");

        assertThatThrownBy(() -> replica().secrets.open(other, PURPOSE, "1", sealed))
                .isInstanceOf(RetryLaterException.class);
    }

    @Test
    void shouldNotOpenWhatAnotherServiceSealed() throws SQLException {
        byte[] sealed = sealed(replica());
        Replica response = new Replica("response-service", folder);

        assertThatThrownBy(() -> opened(response, sealed)).isInstanceOf(RetryLaterException.class);
        assertThat(response.keys.countByMasterKey()).isEmpty(); // it does not even see the row
        owner("update data_key set service = 'response-service' where tenant_id = '" + tenant + "'");
        assertThat(response.keys.countByMasterKey()).hasSize(1);
        assertThatThrownBy(() -> opened(response, sealed)).isInstanceOf(RetryLaterException.class);
    }

    @Test
    void shouldMakeOneKeyWhenManyReplicasSealTheFirstSecretAtOnce() throws Exception {
        int replicas = 8;
        var sealed = new ArrayList<byte[]>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CountDownLatch(1);
            var running = new ArrayList<Future<byte[]>>();
            for (int i = 0; i < replicas; i++) {
                running.add(threads.submit(() -> {
                    Replica replica = replica();
                    start.await();
                    return sealed(replica);
                }));
            }
            start.countDown();
            for (var done : running) {
                sealed.add(done.get());
            }
        }

        assertThat(value("select count(*) from data_key where tenant_id = '" + tenant + "'"))
                .isEqualTo("1");
        assertThat(sealed)
                .hasSize(replicas)
                .allSatisfy(one -> assertThat(opened(replica(), one)).isEqualTo(SECRET));
    }

    /// The worst moment: one looked, the other made it, and now the first stores its own.
    @Test
    void shouldTakeTheOthersKeyWhenItWasStoredFirst() {
        Replica first = replica();
        Replica second = replica();
        WrappedKey late = WrappedKey.of(DataKey.made(tenant, 1), "alert-service", second.masters.ring());
        byte[] sealed = sealed(first);

        assertThat(second.keys.add(late)).isFalse();
        assertThat(opened(second, sealed)).isEqualTo(SECRET);
        assertThat(second.keys.newest(tenant, RENEW_AFTER).orElseThrow().id()).isNotEqualTo(late.id());
    }

    @Test
    void shouldRotateTheMasterKeyWhileReplicasOfBothSettingsRun() {
        // Given: two nodes, which a changed Secret reaches one after the other
        Path lateFolder = TestMasterKeys.make();
        TestMasterKeys.copy(folder, "first", lateFolder);
        Replica early = replica();
        Replica late = new Replica("alert-service", lateFolder);
        byte[] old = sealed(late);

        // When: the new key is there, and current at one of them
        TestMasterKeys.add(folder, "second");
        TestMasterKeys.copy(folder, "second", lateFolder);
        TestMasterKeys.use(folder, "second");
        early.wait(ELEVEN_SECONDS);
        late.wait(ELEVEN_SECONDS);
        UUID another = UUID.randomUUID();
        byte[] fresh = early.secrets.seal(another, PURPOSE, "1", SECRET);
        assertThat(early.rewrap(Duration.ZERO)).isPositive();

        // Then: both open what either sealed, and the late one undoes nothing
        assertThat(opened(early, old)).isEqualTo(SECRET);
        assertThat(late.secrets.open(another, PURPOSE, "1", fresh)).isEqualTo(SECRET);
        assertThat(late.rewrap(Duration.ofMinutes(10))).isZero();

        // When: the late one follows, and the first key is taken away
        TestMasterKeys.use(lateFolder, "second");
        TestMasterKeys.rename(lateFolder, "first", ".first");
        TestMasterKeys.rename(folder, "first", ".first");

        // Then: a process that never saw the first key opens everything
        Replica started = new Replica("alert-service", lateFolder);
        assertThat(opened(started, old)).isEqualTo(SECRET);
        assertThat(started.secrets.open(another, PURPOSE, "1", fresh)).isEqualTo(SECRET);
        assertThat(started.keys.countByMasterKey()).doesNotContainKey("first");
    }

    @Test
    void shouldRefuseForAWhileWhenTheMasterKeyOfADataKeyIsNotThere() {
        // Given
        byte[] sealed = sealed(replica());
        TestMasterKeys.add(folder, "second");
        TestMasterKeys.use(folder, "second");
        TestMasterKeys.rename(folder, "first", ".first");
        Replica started = replica();

        // When, then
        assertThatThrownBy(() -> opened(started, sealed))
                .isInstanceOf(RetryLaterException.class)
                .hasMessageNotContaining("first");
        assertThatThrownBy(() -> sealed(started)).isInstanceOf(RetryLaterException.class);
        TestMasterKeys.rename(folder, ".first", "first");
        started.wait(ELEVEN_SECONDS);
        assertThat(opened(started, sealed)).isEqualTo(SECRET);
    }

    @Test
    void shouldRefuseForAWhileWhenAFileHoldsAnotherKeyThanItsNameSays() {
        byte[] sealed = sealed(replica());
        TestMasterKeys.add(folder, "first"); // overwritten

        assertThatThrownBy(() -> opened(replica(), sealed)).isInstanceOf(RetryLaterException.class);
    }

    @Test
    void shouldSealWithANewDataKeyAfterItsTimeAndOpenWhatTheOldOneSealed() throws SQLException {
        // Given
        Replica replica = replica();
        byte[] old = sealed(replica);
        owner("update data_key set created_at = now() - interval '91 days' where tenant_id = '" + tenant + "'");

        // When
        replica.wait(TWO_MINUTES);
        byte[] fresh = sealed(replica);

        // Then
        assertThat(value("select max(generation) from data_key where tenant_id = '" + tenant + "'"))
                .isEqualTo("2");
        assertThat(Arrays.copyOf(fresh, 17)).isNotEqualTo(Arrays.copyOf(old, 17)); // form and key
        assertThat(opened(replica(), old)).isEqualTo(SECRET);
        assertThat(opened(replica(), fresh)).isEqualTo(SECRET);
    }

    @Test
    void shouldNotBeReadyWithoutAMasterKeyAndSayWhatToDo() {
        var masters = new MasterKeys(Optional.empty(), new AtomicLong()::get);

        var health = new SecretReadiness(masters, replica().keys, false).call();

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getData().orElseThrow().get("reason"))
                .asString()
                .contains("tocsin.secrets.master-keys is not set");
    }

    @Test
    void shouldNotBecomeReadyWithoutTheMasterKeyOfADataKeyButStaySoWhenItIsTakenLater() {
        // Given
        Replica running = replica();
        sealed(running);
        var runningHealth = new SecretReadiness(running.masters, running.keys, false);
        assertThat(runningHealth.call().getStatus()).isEqualTo(Status.UP);
        TestMasterKeys.add(folder, "second");
        TestMasterKeys.use(folder, "second");
        TestMasterKeys.rename(folder, "first", ".first");
        Replica started = replica();

        // When
        running.wait(ELEVEN_SECONDS);
        var before = runningHealth.call();
        var after = new SecretReadiness(started.masters, started.keys, false).call();

        // Then
        assertThat(before.getStatus()).isEqualTo(Status.UP);
        assertThat(after.getStatus()).isEqualTo(Status.DOWN);
        assertThat(List.of(before, after))
                .allSatisfy(health -> assertThat(health.getData().orElseThrow().get("reason"))
                        .asString()
                        .contains("[first]"));
    }

    private static void owner(String sql) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(String sql) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
