package io.tocsin.alert.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.tocsin.alert.AlertProblem;
import io.tocsin.identity.Caller;
import io.tocsin.wire.LineReader;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Stores a stream of events, batch by batch, and says what became of each line.
@ApplicationScoped
@Startup // its meters are there before the first request is
class EventIntake {

    private final EventReader reader;
    private final EventStore store;
    private final OpenStreams open;
    private final Counter stored;
    private final Counter known;
    private final Counter refused;

    EventIntake(EventReader reader, EventStore store, OpenStreams open, MeterRegistry registry) {
        this.reader = reader;
        this.store = store;
        this.open = open;
        this.stored = counter("stored", registry);
        this.known = counter("known", registry);
        this.refused = counter("refused", registry);
    }

    private static Counter counter(String outcome, MeterRegistry registry) {
        return Counter.builder("tocsin.events.received")
                .description("Events of telemetry, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    /// @param onlyMachine the one machine whose events are taken; null for any
    /// @throws ProblemException 400 when the stream breaks off, 503 when the service is told to stop meanwhile; the
    ///     complete lines before that are stored
    EventIntakeView take(Caller caller, String onlyMachine, InputStream body) {
        try (InputStream taken = open.take(body)) {
            return take(caller, new EventOrigin(caller.tenant(), onlyMachine), taken);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private EventIntakeView take(Caller caller, EventOrigin origin, InputStream taken) {
        try (LineReader lines = LineReader.live(taken)) {
            return take(caller, origin, lines);
        }
    }

    private EventIntakeView take(Caller caller, EventOrigin origin, LineReader lines) {
        var count = new IntakeCount();
        var batch = new EventBatch();
        long line = 0;
        try {
            for (byte[] text = next(lines, batch); text != null; text = next(lines, batch)) {
                if (text == LineReader.NOT_YET) {
                    store(caller, batch, count);
                    continue;
                }
                line++;
                batch.weigh(text.length);
                take(origin, text, line, count, batch);
                if (batch.isFull()) {
                    store(caller, batch, count);
                }
            }
        } catch (OpenStreams.ServiceStops stops) {
            store(caller, batch, count);
            throw stops.storedUpTo(line);
        } catch (IOException broken) {
            store(caller, batch, count);
            throw new ProblemException(
                    AlertProblem.TELEMETRY_BROKEN_OFF, "The stream broke off; everything is stored up to line " + line);
        }
        store(caller, batch, count);
        return count.toView();
    }

    /// What is there when the sender pauses is not kept waiting for what comes later.
    private static byte[] next(LineReader lines, EventBatch batch) throws IOException {
        return lines.next(batch.events().isEmpty() ? null : batch.patience().left());
    }

    private void take(EventOrigin origin, byte[] text, long line, IntakeCount count, EventBatch batch) {
        if (text != LineReader.TOO_LONG && new String(text, StandardCharsets.UTF_8).isBlank()) {
            return;
        }
        count.received();
        try {
            if (text == LineReader.TOO_LONG) {
                throw new IllegalArgumentException("longer than " + LineReader.LONGEST + " bytes");
            }
            reader.read(origin, text, line, count, batch);
        } catch (IllegalArgumentException wrong) {
            refused.increment();
            count.failed(line, wrong.getMessage());
        }
    }

    private void store(Caller caller, EventBatch batch, IntakeCount count) {
        if (!batch.events().isEmpty()) {
            EventStore.Stored taken = store.store(caller, batch.events());
            int again = batch.events().size() - taken.added() - taken.refused().size();
            stored.increment(taken.added());
            known.increment(again);
            refused.increment(taken.refused().size());
            count.stored(taken.added(), again);
            taken.refused().forEach(refused -> count.failed(refused.event().line(), refused.why(), refused.message()));
            batch.clear();
        }
    }
}
