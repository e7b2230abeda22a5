package io.tocsin.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tocsin.admission.Seat;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RequestOwner;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Answers a request for a feed: a page of NDJSON, or a stream of server-sent events (docs/adr/030).
@ApplicationScoped
public class FeedServer {

    static final String NDJSON = "application/x-ndjson";
    static final String NEXT = "Tocsin-Next-Cursor";
    static final String MORE = "Tocsin-More";

    private final FeedCursors cursors;
    private final FeedPlaces places;
    private final FeedPulse pulse;
    private final FeedStreams streams;
    private final FeedConfig config;
    private final ObjectWriter json;
    private final RoutingContext request;

    FeedServer(
            FeedCursors cursors,
            FeedPlaces places,
            FeedPulse pulse,
            FeedStreams streams,
            FeedConfig config,
            ObjectMapper json,
            RoutingContext request) {
        this.cursors = cursors;
        this.places = places;
        this.pulse = pulse;
        this.streams = streams;
        this.config = config;
        this.json = json.writer();
        this.request = request;
    }

    /// @param feed its name, which its cursors are bound to
    /// @param validUntil when the caller's token ends, and with it a stream
    public Response answer(UUID tenant, String feed, FeedTable table, Instant validUntil, FeedReader reader) {
        FeedRequest asked = FeedRequest.of(request);
        FeedCursors.Writer writer = cursors.writer(tenant, feed);
        Place place = place(tenant, feed, table, asked);
        FeedReader gapless = (after, most) -> {
            FeedSlice slice = reader.read(after, most);
            if (after != place || asked.cursor() != null) { // a beginning is where what is kept begins
                refuseGap(table, tenant, after);
            }
            return slice;
        };
        return asked.stream()
                ? stream(tenant, table, validUntil, place, gapless, writer)
                : page(tenant, table, asked, place, gapless, writer);
    }

    private void refuseGap(FeedTable table, UUID tenant, Place after) {
        if (places.hasMissed(table, tenant, after)) {
            throw new ProblemException(FeedProblem.CURSOR_EXPIRED);
        }
    }

    private Place place(UUID tenant, String feed, FeedTable table, FeedRequest asked) {
        if (asked.cursor() != null) {
            Place place = cursors.read(tenant, feed, asked.cursor());
            if (asked.stream()) { // whose answer begins before anything is read
                refuseGap(table, tenant, place);
            }
            return place;
        }
        return switch (asked.from()) {
            case FeedRequest.BEGINNING -> places.beginning(table, tenant);
            case FeedRequest.NOW -> places.end(table, tenant);
            default -> places.since(table, tenant, asked.fromTime());
        };
    }

    private Response page(
            UUID tenant,
            FeedTable table,
            FeedRequest asked,
            Place place,
            FeedReader reader,
            FeedCursors.Writer writer) {
        FeedSlice slice = reader.read(place, asked.limit());
        if (slice.entries().isEmpty() && !asked.patience().isZero()) {
            slice = awaited(tenant, table, asked, slice, reader);
        }
        FeedSlice found = slice;
        StreamingOutput lines = out -> {
            for (FeedSlice.Entry entry : found.entries()) {
                out.write(json.writeValueAsBytes(entry.line().apply(writer.of(entry.place()))));
                out.write('\n');
            }
            out.write(json.writeValueAsBytes(new PageEnd(writer.of(found.end()), found.more())));
            out.write('\n');
        };
        return Response.ok(lines, NDJSON)
                .header(NEXT, writer.of(found.end()))
                .header(MORE, found.more())
                .build();
    }

    private FeedSlice awaited(UUID tenant, FeedTable table, FeedRequest asked, FeedSlice nothing, FeedReader reader) {
        long end = System.nanoTime() + asked.patience().toNanos();
        FeedSlice slice = nothing;
        try (FeedStreams.Stream waiting = streams.open(RequestOwner.of(request))) {
            waiting.closeWith(request);
            long left = asked.patience().toNanos();
            while (slice.entries().isEmpty() && left > 0 && waiting.goesOn()) {
                if (!slice.more()) {
                    Place behind = slice.end();
                    var patience = Duration.ofNanos(left);
                    Seat.of(request).<Void, InterruptedException>away(() -> {
                        pulse.await(table, tenant, behind, patience);
                        return null;
                    });
                }
                slice = reader.read(slice.end(), asked.limit());
                left = end - System.nanoTime();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return slice;
    }

    private Response stream(
            UUID tenant,
            FeedTable table,
            Instant validUntil,
            Place place,
            FeedReader reader,
            FeedCursors.Writer writer) {
        FeedStreams.Stream stream = streams.open(RequestOwner.of(request));
        stream.closeWith(request);
        Instant longest = Instant.now().plus(config.longestStream());
        Instant end = validUntil.isBefore(longest) ? validUntil : longest;
        var source = new EventStream.Source(
                reader, writer, (behind, patience) -> pulse.await(table, tenant, behind, patience));
        StreamingOutput events = out -> {
            try (stream) {
                new EventStream(source, streams, stream, json, config.heartbeat(), end).write(place, out);
            }
        };
        return Response.ok(events, FeedRequest.EVENTS)
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
