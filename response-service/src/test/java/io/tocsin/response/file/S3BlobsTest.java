package io.tocsin.response.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tocsin.db.Statements;
import io.tocsin.wire.RetryLaterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// Files in S3 (docs/adr/055), against a store that somebody else wrote.
class S3BlobsTest {

    private static final UUID TENANT = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);

    private static final Statements NO_DATABASE = new Statements(null);

    private static S3Process process;
    private static S3Client store;

    @BeforeAll
    static void start() {
        process = new S3Process();
        store = S3Client.builder()
                .endpointOverride(process.address())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }

    @AfterAll
    static void stop() {
        store.close();
        process.close();
    }

    @Test
    void shouldGiveBackWhatWasWrittenFromAnyPlaceOn() {
        try (S3Blobs blobs = blobs(Map.of())) {
            UUID blob = UUID.randomUUID();
            blobs.write(TENANT, blob, 0, "first,".getBytes(UTF_8));
            blobs.write(TENANT, blob, 6, "secund,".getBytes(UTF_8));
            blobs.write(TENANT, blob, 6, "second,".getBytes(UTF_8));
            blobs.write(TENANT, blob, 13, "third".getBytes(UTF_8));

            assertThat(read(blobs, blob, 0)).isEqualTo("first,");
            assertThat(read(blobs, blob, 6)).isEqualTo("second,");
            assertThat(read(blobs, blob, 9)).isEqualTo("ond,");
            assertThat(read(blobs, blob, 17)).isEqualTo("d");
            assertThat(read(blobs, blob, 18)).isEmpty();
            assertThat(read(blobs, UUID.randomUUID(), 0)).isEmpty();
            assertThat(blobs.read(OTHER, blob, 0)).isEmpty();
        }
    }

    @Test
    void shouldGiveALargePieceInMebibytes() {
        try (S3Blobs blobs = blobs(Map.of())) {
            UUID blob = UUID.randomUUID();
            byte[] piece = new byte[1_500_000];
            piece[1_499_999] = 7;
            blobs.write(TENANT, blob, 0, piece);

            byte[] head = blobs.read(TENANT, blob, 0);
            byte[] tail = blobs.read(TENANT, blob, head.length);

            assertThat(head).hasSize(1024 * 1024);
            assertThat(head.length + tail.length).isEqualTo(1_500_000);
            assertThat(tail[tail.length - 1]).isEqualTo((byte) 7);
        }
    }

    @Test
    void shouldLeaveNothingOfWhatIsRemovedAndAllOfTheRest() {
        try (S3Blobs blobs = new S3Blobs(S3Process.BUCKET, config(Map.of("prefix", "removed/")), 2)) {
            UUID gone = UUID.randomUUID();
            UUID kept = UUID.randomUUID();
            for (int at = 0; at < 5; at++) { // more than are listed at once
                blobs.write(TENANT, gone, at, new byte[] {1});
            }
            blobs.write(TENANT, kept, 0, new byte[] {2});
            blobs.write(OTHER, gone, 0, new byte[] {3});

            blobs.remove(TENANT, gone);
            blobs.remove(TENANT, gone);

            assertThat(S3Process.keys(process.address().toString()))
                    .filteredOn(key -> key.startsWith("removed/"))
                    .containsExactlyInAnyOrder(
                            "removed/" + TENANT + "/" + kept + "/0000000000000000",
                            "removed/" + OTHER + "/" + gone + "/0000000000000000");
        }
    }

    @Test
    void shouldAskTheStoreToEncryptAsItIsSet() {
        UUID blob = UUID.randomUUID();
        try (S3Blobs plain = blobs(Map.of());
                S3Blobs own = blobs(Map.of("encryption", "aes256"));
                S3Blobs managed = blobs(Map.of("encryption", "kms", "kms-key", S3Process.KEY))) {
            plain.write(TENANT, blob, 0, new byte[1]);
            own.write(TENANT, blob, 1, new byte[1]);
            managed.write(TENANT, blob, 2, new byte[1]);
        }

        assertThat(encryption(blob, 0)).isNull();
        assertThat(encryption(blob, 1)).isEqualTo(ServerSideEncryption.AES256);
        assertThat(encryption(blob, 2)).isEqualTo(ServerSideEncryption.AWS_KMS);
    }

    @Test
    void shouldSayTryAgainAndWhyWhileTheStoreCannotBeReached() throws IOException {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        try (S3Blobs blobs = blobs(Map.of("endpoint", "http://127.0.0.1:" + closed))) {
            UUID blob = UUID.randomUUID();

            assertThatThrownBy(() -> blobs.write(TENANT, blob, 0, new byte[1])).isInstanceOf(RetryLaterException.class);
            assertThatThrownBy(() -> blobs.read(TENANT, blob, 0)).isInstanceOf(RetryLaterException.class);
            assertThatThrownBy(() -> blobs.remove(TENANT, blob)).isInstanceOf(RetryLaterException.class);
            assertThatThrownBy(blobs::check).hasMessageContaining("Connection refused");
        }
    }

    @Test
    void shouldSayThatThereIsNoSuchBucket() {
        try (S3Blobs blobs = new S3Blobs("another", config(Map.of()));
                S3Blobs right = blobs(Map.of())) {
            assertThatThrownBy(blobs::check).hasMessage("the store answers 404 NoSuchBucket");
            assertThatThrownBy(() -> blobs.read(TENANT, UUID.randomUUID(), 0)).isInstanceOf(RetryLaterException.class);
            assertThatCode(right::check).doesNotThrowAnyException();
        }
    }

    @Test
    void shouldTakeTheKeysAsTheyAreNow(@TempDir Path login) throws IOException {
        Files.writeString(login.resolve("access-key"), "tocsin");
        try (S3Blobs blobs = blobs(Map.of("login", login.toString()))) {
            assertThatThrownBy(blobs::check).hasMessageContaining("secret-key").hasMessageContaining("cannot be read");

            Files.writeString(login.resolve("secret-key"), "x");

            assertThatCode(blobs::check).doesNotThrowAnyException();
        }
    }

    @Test
    void shouldNotStartWithoutKeysOrWithTwoPlaces() {
        Map<String, String> bucketAlone = Map.of("tocsin.files.s3.bucket", "tocsin");
        Map<String, String> two = Map.of("tocsin.files.s3.bucket", "tocsin", "tocsin.files.directory", "target");

        assertThatThrownBy(() -> in(bucketAlone))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tocsin.files.s3.login");
        assertThatThrownBy(() -> in(two))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unset one");
    }

    @Test
    void shouldTellInItsHealthWhyFilesCannotBeReachedAndStayReady(@TempDir Path login) throws Exception {
        var settings = named(Map.of("bucket", S3Process.BUCKET, "login", login.toString()));
        Map<String, String> nowhere = Map.of("tocsin.files.directory", "target/there/is/none");

        assertThat(health(settings).getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        assertThat(reason(settings)).contains("the file access-key of tocsin.files.s3.login cannot be read");
        assertThat(reason(nowhere)).contains("tocsin.files.directory is no directory");
        assertThat(reason(named(Map.of("bucket", S3Process.BUCKET)))).isEmpty();
        assertThat(reason(Map.of())).isEmpty();
    }

    private static String reason(Map<String, String> settings) throws Exception {
        return health(settings)
                .getData()
                .map(data -> (String) data.get("reason"))
                .orElse("");
    }

    private static HealthCheckResponse health(Map<String, String> settings) throws Exception {
        Blobs blobs = in(settings);
        try {
            return new FileReadiness(blobs).call();
        } finally {
            blobs.close();
        }
    }

    private static S3Blobs blobs(Map<String, String> settings) {
        return new S3Blobs(S3Process.BUCKET, config(settings));
    }

    private static S3Config config(Map<String, String> settings) {
        return read(named(settings)).getConfigMapping(S3Config.class);
    }

    private static Map<String, String> named(Map<String, String> settings) {
        var all = new HashMap<String, String>(Map.of(
                "endpoint", process.address().toString(),
                "path-style", "true",
                "login", process.login().toString()));
        all.putAll(settings);
        var named = new HashMap<String, String>();
        all.forEach((name, value) -> named.put("tocsin.files.s3." + name, value));
        return named;
    }

    private static SmallRyeConfig read(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(FileConfig.class)
                .withMapping(S3Config.class)
                .withConverter(URI.class, 100, URI::create)
                .withConverter(Duration.class, 100, new DurationConverter())
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build();
    }

    private static Blobs in(Map<String, String> settings) {
        SmallRyeConfig config = read(settings);
        return new Blobs(
                NO_DATABASE,
                config.getConfigMapping(FileConfig.class),
                config.getConfigMapping(S3Config.class),
                new SimpleMeterRegistry());
    }

    private static String read(S3Blobs blobs, UUID blob, long at) {
        return new String(blobs.read(TENANT, blob, at), UTF_8);
    }

    private static ServerSideEncryption encryption(UUID blob, int at) {
        return store.headObject(head ->
                        head.bucket(S3Process.BUCKET).key(TENANT + "/" + blob + "/" + String.format("%016x", at)))
                .serverSideEncryption();
    }
}
