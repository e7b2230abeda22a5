package io.tocsin.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/// Asks an address until it answers 200.
final class Readiness {

    private static final Duration PAUSE = Duration.ofMillis(150);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    void await(String part, JavaProcess process, Path log, URI address, Duration limit) throws InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        while (!isReady(address)) {
            if (!process.isAlive()) {
                throw new StartFailure(part + " ended with exit code " + process.exitCode() + " while starting", log);
            }
            if (System.nanoTime() > deadline) {
                throw new StartFailure(part + " was not ready within " + limit.toSeconds() + " s", log);
            }
            Thread.sleep(PAUSE);
        }
    }

    boolean isReady(URI address) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(address)
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
