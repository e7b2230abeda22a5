package io.tocsin.indicator.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.admission.Places;
import io.tocsin.feed.FeedCursors;
import io.tocsin.feed.FeedServer;
import io.tocsin.feed.Place;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.indicator.After;
import io.tocsin.indicator.BrokenOff;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.RetryLaterException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;

/// `/v1/feeds/indicators` (docs/api.md).
@Path("/v1/feeds/indicators")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
public class IndicatorFeedResource {

    private static final String FEED = "indicators";
    private static final String LINES = "application/x-ndjson";
    private static final String CURSOR = "Tocsin-Next-Cursor";
    private static final int PAGE = 2_000;
    private static final int FILTERS = 2;

    private final IndicatorChanges changes;
    private final FeedServer feeds;
    private final FeedCursors cursors;
    private final CurrentCaller caller;
    private final ObjectWriter json;
    private final OpenStreams open;
    private final Places building;

    IndicatorFeedResource(
            IndicatorChanges changes,
            FeedServer feeds,
            FeedCursors cursors,
            CurrentCaller caller,
            ObjectMapper json,
            OpenStreams open,
            MeterRegistry registry) {
        this.changes = changes;
        this.feeds = feeds;
        this.cursors = cursors;
        this.caller = caller;
        this.json = json.writer();
        this.open = open;
        this.building = new Places(registry, "indicator-filters", FILTERS);
    }

    /// What changed behind a cursor.
    @GET
    @Produces({LINES, MediaType.SERVER_SENT_EVENTS})
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ, Permission.SERVICE})
    public Response changes(@QueryParam("deviceGroup") String group, @QueryParam("os") String system) {
        UUID tenant = caller.get().tenant();
        Recipient recipient = Recipient.of(group, system);
        return feeds.answer(
                tenant,
                FEED,
                IndicatorChanges.TABLE,
                caller.validUntil(),
                (after, most) -> changes.read(tenant, recipient, after, most));
    }

    /// All in force, and the cursor behind which what changed meanwhile is told.
    ///
    /// @param after the id behind which it begins
    @GET
    @Path("/snapshot")
    @Produces(LINES)
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ, Permission.SERVICE})
    public Response snapshot(
            @QueryParam("deviceGroup") String group,
            @QueryParam("os") String system,
            @QueryParam("after") String after) {
        UUID tenant = caller.get().tenant();
        Recipient recipient = Recipient.of(group, system);
        long from = After.of(after);
        String cursor = cursor(tenant);
        StreamingOutput lines =
                out -> snapshot(tenant, recipient, from, cursor, new BufferedOutputStream(out, 64 * 1024));
        return Response.ok(lines, LINES).header(CURSOR, cursor).build();
    }

    private String cursor(UUID tenant) {
        Place beginning = changes.beginning();
        return cursors.writer(tenant, FEED).of(beginning);
    }

    private void snapshot(UUID tenant, Recipient recipient, long from, String cursor, OutputStream out)
            throws IOException {
        OpenStreams.Answer answer = open.answer();
        long after = from;
        long count = 0;
        List<FeedLine> page;
        do {
            if (!answer.goesOn()) {
                out.write(json.writeValueAsBytes(BrokenOff.of(after, answer.toldUpTo(after))));
                out.write('\n');
                out.flush();
                return;
            }
            page = changes.inForce(tenant, recipient, after, PAGE);
            for (FeedLine line : page) {
                out.write(json.writeValueAsBytes(line));
                out.write('\n');
                after = Long.parseLong(line.id());
            }
            count += page.size();
        } while (page.size() == PAGE);
        out.write(json.writeValueAsBytes(new SnapshotEnd(cursor, count)));
        out.write('\n');
        out.flush();
    }

    /// Which values may have an indicator, for who has no room for all: a hit is confirmed by `/v1/indicators/match`.
    @GET
    @Path("/filter")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Requires({Permission.TI_READ_WRITE_ALL, Permission.TI_READ, Permission.SERVICE})
    public Response filter(@QueryParam("deviceGroup") String group, @QueryParam("os") String system) {
        UUID tenant = caller.get().tenant();
        Recipient recipient = Recipient.of(group, system);
        if (!building.take()) {
            throw new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE, "Other filters are being made; ask again soon", 2);
        }
        try {
            String cursor = cursor(tenant);
            return Response.ok(filter(tenant, recipient).toBytes(), MediaType.APPLICATION_OCTET_STREAM)
                    .header(CURSOR, cursor)
                    .build();
        } finally {
            building.leave();
        }
    }

    private ValueFilter filter(UUID tenant, Recipient recipient) {
        var filter = new ValueFilter(changes.count(tenant, recipient));
        long after = 0;
        List<IndicatorChanges.Value> page;
        do {
            page = changes.values(tenant, recipient, after, PAGE);
            page.forEach(value -> filter.add(value.text()));
            after = page.isEmpty() ? after : page.getLast().id();
        } while (page.size() == PAGE);
        return filter;
    }
}
