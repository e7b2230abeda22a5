package io.tocsin.feed;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ContentHeaders;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/// What a request for a feed says beside its filter.
///
/// @param cursor where to go on, or null
/// @param from `beginning`, `now` or a time; without a cursor only
/// @param limit entries of a page at most
/// @param patience how long to wait for the first one of a page
/// @param stream whether server-sent events are wanted
record FeedRequest(String cursor, String from, int limit, Duration patience, boolean stream) {

    static final String EVENTS = "text/event-stream";
    static final String BEGINNING = "beginning";
    static final String NOW = "now";

    private static final int MOST = 5_000;
    private static final int USUAL = 1_000;
    private static final int LONGEST_WAIT = 60;

    static FeedRequest of(RoutingContext request) {
        boolean stream = ContentHeaders.accepts(request, EVENTS);
        String last = stream ? request.request().getHeader("Last-Event-ID") : null;
        String cursor = last == null || last.isEmpty() ? one(request, "cursor") : last;
        String from = one(request, "from");
        if (from != null && one(request, "cursor") != null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "Give either cursor or from");
        }
        return new FeedRequest(
                cursor,
                from == null ? BEGINNING : from,
                number(request, "limit", 1, MOST, USUAL),
                Duration.ofSeconds(number(request, "wait", 0, LONGEST_WAIT, 0)),
                stream);
    }

    /// @throws ProblemException `InvalidInput` when `from` is no time
    WireTime fromTime() {
        try {
            return WireTime.parse(from);
        } catch (IllegalArgumentException notATime) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "from is 'beginning', 'now' or a time: " + notATime.getMessage());
        }
    }

    private static String one(RoutingContext request, String name) {
        var given = request.queryParam(name);
        if (given.size() > 1) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, name + " is given more than once");
        }
        return given.isEmpty() || given.getFirst().isEmpty() ? null : given.getFirst();
    }

    private static int number(RoutingContext request, String name, int least, int most, int usual) {
        String text = one(request, name);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw new ProblemException(CommonProblem.INVALID_INPUT, name + " is not between " + least + " and " + most);
    }
}
