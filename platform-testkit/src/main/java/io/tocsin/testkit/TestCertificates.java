package io.tocsin.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An authority of its own and a certificate of it for 127.0.0.1, not for `localhost`, made by the JDK's keytool.
///
/// @param authority the authority's certificate
/// @param certificate the server's, with the authority's behind it
/// @param key the server's key
public record TestCertificates(Path authority, Path certificate, Path key) {

    private static final String PASSWORD = "password";

    /// Makes all of it in a folder.
    public static TestCertificates make(Path folder) {
        try {
            Files.createDirectories(folder);
            Path ca = folder.resolve("ca.p12");
            Path server = folder.resolve("server.p12");
            Path authority = folder.resolve("ca.pem");
            Path request = folder.resolve("server.csr");
            Path signed = folder.resolve("signed.pem");
            keytool(
                    ca,
                    "-genkeypair -alias ca -keyalg EC -groupname secp256r1 -validity 30 -ext bc=ca:true -dname",
                    "CN=" + folder.getFileName());
            keytool(ca, "-exportcert -alias ca -rfc -file", authority.toString());
            keytool(
                    server,
                    "-genkeypair -alias server -keyalg EC -groupname secp256r1 -validity 30 -dname",
                    "CN=server");
            keytool(server, "-certreq -alias server -file", request.toString());
            keytool(
                    ca,
                    "-gencert -alias ca -rfc -validity 30 -ext san=ip:127.0.0.1 -infile",
                    request.toString(),
                    "-outfile",
                    signed.toString());
            Path certificate = folder.resolve("tls.crt");
            Files.writeString(certificate, Files.readString(signed) + Files.readString(authority));
            return new TestCertificates(authority, certificate, key(server, folder.resolve("tls.key")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Keytool itself gives no key away.
    private static Path key(Path store, Path file) throws IOException {
        try {
            var key = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray())
                    .getKey("server", PASSWORD.toCharArray());
            Files.writeString(
                    file,
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void keytool(Path store, String options, String... more) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of(more));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
