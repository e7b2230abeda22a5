package io.tocsin.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A certificate authority and what it signs, made by the JDK's keytool: real certificates for as long as a test runs.
final class TestAuthority {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;
    private final String name;

    private TestAuthority(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /// An authority that nobody knows yet.
    static TestAuthority named(String name, Path folder) {
        var authority = new TestAuthority(folder, name);
        authority.keytool(
                "-genkeypair",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:critical=ca:true",
                "-ext",
                "ku:critical=keyCertSign");
        return authority;
    }

    /// Its own certificate, in PEM.
    String certificate() {
        try {
            return pem("CERTIFICATE", keys().getCertificate(name).getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Keys and a certificate for a server at 127.0.0.1, in `tls.crt` and `tls.key` of the folder, as a Secret of
    /// Kubernetes holds them; what is there is replaced by one move each, as a kubelet does it.
    void signServer(String server, Path into) {
        sign(server, "san=ip:127.0.0.1,dns:localhost", "eku=serverAuth");
        try {
            Files.createDirectories(into);
            KeyStore keys = keys();
            var chain = new StringBuilder();
            for (var certificate : keys.getCertificateChain(server)) {
                chain.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            Key key = keys.getKey(server, PASSWORD);
            replace(into.resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
            replace(into.resolve("tls.crt"), chain.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// TLS of a device that this authority signed a certificate for, and that trusts the authority of the server.
    SSLContext device(String device, TestAuthority trusted) {
        sign(device, "san=dns:" + device, "eku=clientAuth");
        try {
            KeyStore all = keys();
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(device, all.getKey(device, PASSWORD), PASSWORD, all.getCertificateChain(device));
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(own, PASSWORD);
            return trusted.context(managers.getKeyManagers());
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// TLS of who trusts this authority and has no certificate to show.
    SSLContext without() {
        return context(new KeyManager[0]);
    }

    private SSLContext context(KeyManager[] managers) {
        try {
            var authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            authorities.setCertificateEntry(name, keys().getCertificate(name));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            var context = SSLContext.getInstance("TLS");
            context.init(managers, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void sign(String subject, String address, String usage) {
        keytool(
                "-genkeypair",
                "-alias",
                subject,
                "-dname",
                "CN=" + subject,
                "-signer",
                name,
                "-ext",
                address,
                "-ext",
                usage);
    }

    private KeyStore keys() {
        try (InputStream file = Files.newInputStream(folder.resolve(name + ".p12"))) {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD);
            return keys;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Everything lies in one store, since a process of keytool costs a second.
    private void keytool(String... what) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(what));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        command.addAll(List.of("-keystore", folder.resolve(name + ".p12").toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", new String(PASSWORD)));
        Path log = folder.resolve("keytool.log");
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("keytool failed: " + Files.readString(log));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                + "-----\n";
    }

    static void replace(Path file, String content) throws IOException {
        Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
