package io.tocsin.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds what a test's stand-in for another of our services was asked and answered against that service's own
/// document, which lies beside this one in the source tree.
public final class PeerContract {

    private final OpenApiCheck check;

    private PeerContract(OpenApiCheck check) {
        this.check = check;
    }

    public static PeerContract of(String service) {
        Path document = Path.of("..", service, "src/main/resources/META-INF/openapi.yaml");
        try {
            return new PeerContract(new OpenApiCheck(new OpenApiDocument(Files.readString(document))));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /// What of the exchange the document does not say, if anything.
    ///
    /// @param body of the request, JSON
    public Optional<String> fault(String method, URI uri, String body, HttpResponse<String> answer) {
        var json = Map.of("content-type", List.of("application/json"));
        return check.fault(new Exchange(
                method,
                uri,
                new Exchange.Message(json, body.getBytes(StandardCharsets.UTF_8)),
                answer.statusCode(),
                new Exchange.Message(answer.headers().map(), answer.body().getBytes(StandardCharsets.UTF_8))));
    }
}
