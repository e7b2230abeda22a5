package io.tocsin.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A certificate authority of this installation and the gateway's certificate, made by the JDK's keytool and kept.
final class Certificates {

    private static final Duration SPARE = Duration.ofDays(7);

    private final Path folder;
    private final String password;
    private final Path log;

    Certificates(RunDirectory run, Secrets secrets) {
        this.folder = run.certificates();
        this.password = secrets.password("certificates");
        this.log = run.log("certificates");
    }

    Path serverKeys() {
        return folder.resolve("server.p12");
    }

    Path authority() {
        return folder.resolve("ca.pem");
    }

    String password() {
        return password;
    }

    /// Makes both unless they are there and good for another week.
    void prepare() throws IOException, InterruptedException {
        if (isUsable()) {
            return;
        }
        RunDirectory.deleteTree(folder);
        Files.createDirectories(folder);
        var authorityKeys = folder.resolve("ca.p12");
        var request = folder.resolve("server.csr");
        var certificate = folder.resolve("server.pem");

        keytool(authorityKeys, "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-groupname", "secp256r1")
                .and("-dname", "CN=Tocsin local authority", "-validity", "3650")
                .and("-ext", "bc:critical=ca:true,pathlen:0", "-ext", "ku:critical=keyCertSign,cRLSign")
                .run();
        keytool(
                        authorityKeys,
                        "-exportcert",
                        "-alias",
                        "ca",
                        "-rfc",
                        "-file",
                        authority().toString())
                .run();
        keytool(serverKeys(), "-genkeypair", "-alias", "server", "-keyalg", "EC", "-groupname", "secp256r1")
                .and("-dname", "CN=localhost", "-validity", "800")
                .run();
        keytool(serverKeys(), "-certreq", "-alias", "server", "-file", request.toString())
                .run();
        keytool(authorityKeys, "-gencert", "-alias", "ca", "-rfc", "-validity", "800")
                .and("-infile", request.toString(), "-outfile", certificate.toString())
                .and("-ext", "san=ip:127.0.0.1,dns:localhost", "-ext", "eku=serverAuth")
                .and("-ext", "ku:critical=digitalSignature")
                .run();
        for (var entry : List.of("ca=" + authority(), "server=" + certificate)) {
            var parts = entry.split("=", 2);
            keytool(serverKeys(), "-importcert", "-noprompt", "-alias", parts[0], "-file", parts[1])
                    .run();
        }
    }

    private boolean isUsable() throws IOException {
        if (!Files.exists(serverKeys()) || !Files.exists(authority())) {
            return false;
        }
        try {
            var keys = KeyStore.getInstance(serverKeys().toFile(), password.toCharArray());
            return keys.getCertificate("server") instanceof X509Certificate certificate
                    && keys.getCertificateChain("server").length == 2
                    && certificate
                            .getNotAfter()
                            .toInstant()
                            .isAfter(Instant.now().plus(SPARE));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private Keytool keytool(Path store, String... arguments) {
        return new Keytool(store).and(arguments);
    }

    private final class Keytool {

        private final List<String> command = new ArrayList<>();

        Keytool(Path store) {
            command.add(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            // The password goes by the environment: arguments can be read by every user of the machine.
            storeOptions = List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass:env", "STORE");
        }

        private final List<String> storeOptions;

        Keytool and(String... arguments) {
            command.addAll(List.of(arguments));
            return this;
        }

        void run() throws IOException, InterruptedException {
            command.addAll(storeOptions);
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().put("STORE", password);
            var process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new StartFailure("keytool could not make the gateway's certificate", log);
            }
        }
    }
}
