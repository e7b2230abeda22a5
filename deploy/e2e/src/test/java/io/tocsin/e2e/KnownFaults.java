package io.tocsin.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Answers 500 of the release before that nothing can be done about any more: those its own log explains. An answer
/// names its request, the log has that request's line, and the line one of the messages below. Every other 500,
/// and each of this release, is none.
final class KnownFaults implements Predicate<HttpResponse<String>> {

    /// v0.1.0's statements name no columns: each is refused once for every connection when its table gets one. An
    /// exhausted pool is 500 there, and so is a connection that PostgreSQL ends while its starved process is in a
    /// transaction.
    private static final Set<String> MESSAGES = Set.of(
            "cached plan must not change result type",
            "Sorry, acquisition timeout!",
            "terminating connection due to idle-in-transaction timeout");

    /// Its log is text; an entry begins with its time and goes on with the lines of its stack trace.
    private static final Pattern ENTRY = Pattern.compile("(?m)^(?=\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2},\\d{3} )");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Path> logs = new CopyOnWriteArrayList<>();

    /// A log of a replica of the release before.
    void add(Path log) {
        logs.add(log);
    }

    @Override
    public boolean test(HttpResponse<String> answer) {
        return answer.statusCode() == 500 && explains(answer.body());
    }

    /// Whether a log explains the answer with this body.
    boolean explains(String body) {
        String request = target(body);
        return !request.isBlank() && logs.stream().anyMatch(log -> explains(log, request));
    }

    private static boolean explains(Path log, String request) {
        try {
            return ENTRY.splitAsStream(Files.readString(log))
                    .filter(entry -> entry.contains("Request failed unexpectedly: requestId=" + request))
                    .anyMatch(entry -> MESSAGES.stream().anyMatch(entry::contains));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String target(String body) {
        try {
            return JSON.readTree(body).at("/error/target").asText();
        } catch (JsonProcessingException none) {
            return "";
        }
    }
}
