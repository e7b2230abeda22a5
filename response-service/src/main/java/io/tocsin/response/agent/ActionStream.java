package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.ObjectWriter;
import io.quarkus.logging.Log;
import io.tocsin.response.action.Delivered;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Hands an agent its actions as server-sent events, for as long as it reads, its credential counts and the service
/// goes on. What is written and not read is delivered again when its lease is over, as with any other answer.
final class ActionStream {

    private static final Delivered NOTHING = new Delivered(List.of(), List.of());

    private static final Duration GLANCE = Duration.ofSeconds(2);

    /// How long an agent whose stream broke waits, in milliseconds: each another while, or a fleet comes at once.
    private static final int SHORTEST_RETRY = 1_000;

    private static final int LONGEST_RETRY = 10_000;

    /// The same where another replica is there.
    private static final int SHORTEST_MOVE = 100;

    private static final int LONGEST_MOVE = 3_000;

    /// The same of who begins while the service stops: there is no other replica, or he would have come to that.
    private static final int SHORTEST_ABSENCE = 5_000;

    private static final int LONGEST_ABSENCE = 30_000;

    /// What is delivered and when.
    ///
    /// @param work leases what there is to do, or is null when the credential does not count any more
    /// @param goesOn whether the agent is there, its credential counts and the service goes on: asked of the memory
    record Source(Supplier<Delivered> work, LongPoll.News news, BooleanSupplier goesOn, BooleanSupplier stopping) {}

    private final Source source;
    private final ObjectWriter json;
    private final Duration heartbeat;
    private final Instant end;

    ActionStream(Source source, ObjectWriter json, Duration heartbeat, Instant end) {
        this.source = source;
        this.json = json;
        this.heartbeat = heartbeat;
        this.end = end;
    }

    void write(OutputStream out) {
        try {
            if (source.stopping().getAsBoolean()) {
                say(out, retry(SHORTEST_ABSENCE, LONGEST_ABSENCE));
                return;
            }
            say(out, retry(SHORTEST_RETRY, LONGEST_RETRY));
            follow(out);
            if (source.stopping().getAsBoolean()) {
                say(out, retry(SHORTEST_MOVE, LONGEST_MOVE));
            }
        } catch (IOException gone) {
            Log.debugf("The agent of a stream has gone: reason=%s", gone.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            // The answer has begun; its agent comes again, and is told by a status what is wrong if it still is.
            Log.warnf("A stream of actions ended: reason=%s", failed.getMessage());
        }
    }

    private void follow(OutputStream out) throws IOException, InterruptedException {
        Instant due = Instant.now().plus(heartbeat);
        boolean look = false; // whoever has work is woken by the next look for all
        while (source.goesOn().getAsBoolean() && Instant.now().isBefore(end)) {
            Delivered delivered = look ? source.work().get() : NOTHING;
            if (delivered == null) {
                return;
            }
            boolean quiet = !Instant.now().isBefore(due);
            if (!delivered.isEmpty()) {
                say(out, "event: actions\ndata: " + json.writeValueAsString(AgentViews.Actions.of(delivered)));
            } else if (quiet) {
                say(out, ":");
            }
            if (!delivered.isEmpty() || quiet) {
                due = Instant.now().plus(heartbeat);
            }
            look = source.news().await(GLANCE);
        }
    }

    private static String retry(int shortest, int longest) {
        return "retry: " + ThreadLocalRandom.current().nextInt(shortest, longest);
    }

    private static void say(OutputStream out, String event) throws IOException {
        out.write((event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
