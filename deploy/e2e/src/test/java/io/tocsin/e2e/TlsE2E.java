package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestCertificates;
import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A service that serves TLS itself, over a PostgreSQL whose certificate it checks, both by private authorities.
class TlsE2E {

    private static final String SERVICE = "indicator-service";
    private static final int TLS_1_1 = 0x0302;
    private static final int TLS_1_2 = 0x0303;
    private static final int ECDHE_ECDSA_AES_256_GCM = 0xC02C;
    private static final int ECDHE_ECDSA_AES_256_CBC = 0xC00A;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static TestCertificates ofDatabase;
    private static TestCertificates ofService;
    private static TestCertificates another;
    private static TestPostgres postgres;
    private static TestIssuer issuer;
    private static Replica replica;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        ofDatabase = TestCertificates.make(folder.resolve("database"));
        ofService = TestCertificates.make(folder.resolve("service"));
        another = TestCertificates.make(folder.resolve("another"));
        postgres = TestPostgres.start(ofDatabase);
        issuer = TestIssuer.start();
        port = LocalPlatform.freePort();
        replica = Replica.start(
                SERVICE,
                postgres,
                issuer,
                folder.resolve("service.log"),
                Map.of(
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        verified("127.0.0.1", ofDatabase),
                        "SMALLRYE_CONFIG_LOCATIONS",
                        settings().toString()));
        // The management port, which says that the service is ready, opens before this one.
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            new Socket("127.0.0.1", port).close();
            return true;
        });
    }

    /// As docs/keys.md says it, and the chart's `settings` write it.
    private static Path settings() throws IOException {
        return Files.writeString(folder.resolve("application.properties"), """
                quarkus.http.tls-configuration-name=server
                quarkus.http.insecure-requests=disabled
                quarkus.http.ssl-port=%d
                quarkus.tls.server.key-store.pem.tls.cert=%s
                quarkus.tls.server.key-store.pem.tls.key=%s
                quarkus.tls.server.reload-period=1s
                """.formatted(
                        port, ofService.certificate(), ofService.key()));
    }

    @AfterAll
    static void stop() {
        replica.close();
        issuer.close();
        postgres.close();
    }

    private static String verified(String host, TestCertificates certificates) {
        return postgres.url().replace("127.0.0.1", host) + "?sslmode=verify-full&sslrootcert="
                + certificates.authority();
    }

    @Test
    void shouldSpeakTlsToTheDatabase() throws SQLException {
        // By the service's own role, which alone sees how its sessions are connected.
        try (Connection itself = login("127.0.0.1", ofDatabase);
                var statement = itself.createStatement();
                var rows =
                        statement.executeQuery("select bool_and(ssl and version = 'TLSv1.3'), count(*) from pg_stat_ssl"
                                + " join pg_stat_activity using (pid) where usename = 'indicator_service'")) {
            rows.next();
            assertThat(rows.getInt(2)).as("this session and those of the pool").isGreaterThan(1);
            assertThat(rows.getBoolean(1)).isTrue();
        }
    }

    @Test
    void shouldRefuseADatabaseOfAnotherAuthorityOrName() throws SQLException {
        login("127.0.0.1", ofDatabase).close();

        assertThatThrownBy(() -> login("127.0.0.1", another)).hasRootCauseInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> login("localhost", ofDatabase)).hasMessageContaining("localhost");
    }

    private static Connection login(String host, TestCertificates certificates) throws SQLException {
        return DriverManager.getConnection(
                verified(host, certificates), TestPostgres.login(SERVICE), TestPostgres.password());
    }

    @Test
    void shouldRefuseWhoKnowsNothingBetterThanTls11OrCbc() throws IOException {
        assertThat(TlsHello.answered(port, TLS_1_2, ECDHE_ECDSA_AES_256_GCM)).isEqualTo("0303");
        assertThat(TlsHello.answered(port, TLS_1_1, ECDHE_ECDSA_AES_256_CBC)).isEqualTo("alert 70");
        assertThat(TlsHello.answered(port, TLS_1_2, ECDHE_ECDSA_AES_256_CBC)).isEqualTo("alert 40");
    }

    @Test
    void shouldServeANewCertificateWithoutARestart() throws Exception {
        // Given
        HttpResponse<String> first = get(ofService);
        assertThatThrownBy(() -> get(another)).isInstanceOf(SSLHandshakeException.class);

        // When
        Files.copy(another.key(), ofService.key(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(another.certificate(), ofService.certificate(), StandardCopyOption.REPLACE_EXISTING);

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Strict-Transport-Security")).isPresent();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(get(another).statusCode()).isEqualTo(200));
    }

    private static HttpResponse<String> get(TestCertificates trusted) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting(trusted.authority()))
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/v1/openapi/" + SERVICE))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static SSLContext trusting(Path authority) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
