package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.ObjectWriter;
import io.quarkus.logging.Log;
import io.tocsin.response.action.Delivered;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Hands an agent its actions as server-sent events, for as long as it reads, its credential counts and the service
/// goes on. What is written and not read is delivered again when its lease is over, as with any other answer.
final class ActionStream {

    /// How long an agent whose stream broke waits, in milliseconds: each another while, or a fleet comes at once.
    private static final int SHORTEST_RETRY = 1_000;

    private static final int LONGEST_RETRY = 10_000;

    /// The same where another replica is there.
    private static final int SHORTEST_MOVE = 1_000;

    private static final int LONGEST_MOVE = 3_000;

    /// The same of who begins while the service stops: there is no other replica, or he would have come to that.
    private static final int SHORTEST_ABSENCE = 5_000;

    private static final int LONGEST_ABSENCE = 30_000;

    /// What is delivered and when.
    ///
    /// @param work waits for something to do; null when there is none or `goesOn` is to be asked
    /// @param giveBack takes back what the agent cannot be told
    /// @param goesOn whether the agent is there, its credential counts and the service goes on: asked of the memory
    record Source(Work work, Consumer<Delivered> giveBack, BooleanSupplier goesOn, BooleanSupplier stopping) {}

    /// Waits for what there is to do.
    @FunctionalInterface
    interface Work {
        Delivered await(Duration patience) throws InterruptedException;
    }

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
        while (source.goesOn().getAsBoolean() && Instant.now().isBefore(end)) {
            Delivered delivered = source.work().await(Duration.between(Instant.now(), due.isBefore(end) ? due : end));
            if (delivered != null) {
                tell(out, delivered);
            } else if (!Instant.now().isBefore(due)) {
                say(out, ":");
            } else {
                continue; // woken for another reason
            }
            due = Instant.now().plus(heartbeat);
        }
    }

    private void tell(OutputStream out, Delivered delivered) throws IOException {
        try {
            say(out, "event: actions\ndata: " + json.writeValueAsString(AgentViews.Actions.of(delivered)));
        } catch (IOException gone) {
            source.giveBack().accept(delivered);
            throw gone;
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
