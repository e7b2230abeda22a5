package io.tocsin.response.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// A store that speaks S3, not written by us, with one bucket; as a process of its own, since its libraries would
/// stand in the way of ours.
public final class S3Process implements AutoCloseable {

    public static final String BUCKET = "tocsin";

    /// The one key of its key management.
    static final String KEY = "tocsin-files";

    private final Process process;
    private final URI address;
    private final Path login;

    public S3Process() {
        try {
            int port;
            try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            address = URI.create("http://127.0.0.1:" + port);
            Path folder = Files.createDirectories(Path.of("target", "s3"));
            login = Files.createTempDirectory(folder, "login");
            Files.writeString(login.resolve("access-key"), "tocsin\n");
            Files.writeString(login.resolve("secret-key"), "of no importance here\n");
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx192m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-jar",
                            folder.resolve("s3mock.jar").toString(),
                            "--server.address=127.0.0.1",
                            "--server.port=0",
                            "--com.adobe.testing.s3mock.httpPort=" + port,
                            "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET,
                            "--com.adobe.testing.s3mock.store.validKmsKeys=arn:aws:kms:us-east-1:1234567890:key/" + KEY,
                            "--com.adobe.testing.s3mock.store.root="
                                    + Files.createTempDirectory(folder, "store").toAbsolutePath())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("s3mock.log").toFile())
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Awaitility.await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(this::answers);
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the store ended: see target/s3/s3mock.log");
        }
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                                    HttpRequest.newBuilder(address.resolve("/" + BUCKET))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        }
    }

    /// The names of all objects of the store at an address.
    public static List<String> keys(String address) {
        try (var store = S3Client.builder()
                .endpointOverride(URI.create(address))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build()) {
            return store.listObjectsV2Paginator(list -> list.bucket(BUCKET)).contents().stream()
                    .map(S3Object::key)
                    .toList();
        }
    }

    public URI address() {
        return address;
    }

    /// A folder with the keys that it takes.
    public Path login() {
        return login;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
