package io.tocsin.feed;

import com.fasterxml.jackson.databind.ObjectWriter;
import io.quarkus.logging.Log;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/// Writes a feed as server-sent events for as long as the client reads, its token lasts and the service goes on. Each
/// event's id is its cursor, so that `Last-Event-ID` goes on where the client was; so is that of a heartbeat, which
/// moves
/// a reader whose filter lets nothing through.
final class EventStream {

    private static final int ROWS = 500;
    private static final long COME_AGAIN_MILLIS = 3_000;
    private static final long ELSEWHERE_MILLIS = 500;

    /// What is read, who writes its cursors, and how news are waited for. The cursors are all of the history that was
    /// present as the stream began: a restore in between is noticed by whoever comes back with one.
    record Source(FeedReader reader, FeedCursors.Writer cursors, News news) {}

    /// Waits for something behind a place.
    interface News {
        void await(Place behind, Duration patience) throws InterruptedException;
    }

    private final Source source;
    private final FeedStreams streams;
    private final FeedStreams.Stream stream;
    private final ObjectWriter json;
    private final Duration heartbeat;
    private final Instant end;

    EventStream(
            Source source,
            FeedStreams streams,
            FeedStreams.Stream stream,
            ObjectWriter json,
            Duration heartbeat,
            Instant end) {
        this.source = source;
        this.streams = streams;
        this.stream = stream;
        this.json = json;
        this.heartbeat = heartbeat;
        this.end = end;
    }

    void write(Place from, OutputStream out) {
        try {
            write(out, "retry: " + COME_AGAIN_MILLIS + "\n\n");
            out.flush();
            follow(from, out);
            if (streams.isStopping()) {
                write(out, "retry: " + ELSEWHERE_MILLIS + "\n\n");
                out.flush();
            }
        } catch (IOException gone) {
            Log.debugf("The reader of a stream has gone: reason=%s", gone.getMessage());
        } catch (RuntimeException failed) {
            // The answer has begun; its reader comes again, and is told by a status what is wrong if it still is.
            Log.warnf("A stream of a feed ended: reason=%s", failed.getMessage());
        }
    }

    private void follow(Place from, OutputStream out) throws IOException {
        Place place = from;
        Instant quietSince = Instant.now();
        while (stream.goesOn() && Instant.now().isBefore(end)) {
            Place behind = place;
            FeedSlice slice = streams.read(() -> source.reader().read(behind, ROWS));
            if (!slice.entries().isEmpty()) {
                events(slice, out);
                quietSince = Instant.now();
            }
            place = slice.end();
            Instant due = quietSince.plus(heartbeat);
            if (!Instant.now().isBefore(due)) {
                write(out, ": \nid: " + source.cursors().of(place) + "\n\n");
                out.flush();
                quietSince = Instant.now();
                due = quietSince.plus(heartbeat);
            }
            if (!slice.more()) {
                pause(place, Duration.between(Instant.now(), due.isBefore(end) ? due : end));
            }
        }
    }

    private void events(FeedSlice slice, OutputStream out) throws IOException {
        for (FeedSlice.Entry entry : slice.entries()) {
            String cursor = source.cursors().of(entry.place());
            write(out, "id: " + cursor + "\nevent: " + entry.event() + "\ndata: ");
            out.write(json.writeValueAsBytes(entry.line().apply(cursor)));
            write(out, "\n\n");
        }
        out.flush();
    }

    private void pause(Place behind, Duration patience) {
        try {
            source.news().await(behind, patience);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stream.close();
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
