package io.tocsin.indicator.matching;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tocsin.identity.Caller;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.LineReader;
import io.tocsin.wire.OpenStreams;
import io.tocsin.wire.ProblemException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Answers a stream of values line by line, some at a time, and what is there when the sender pauses. A line that is
/// none is said to be wrong in its place and harms no other.
final class MatchStream {

    private record Line(MatchRequest.Observable value, ProblemException problem) {}

    private final Matcher matcher;
    private final Caller caller;
    private final ObjectReader reader;
    private final ObjectWriter verdicts;
    private final ObjectWriter faults;
    private final int batch;
    private long number;

    MatchStream(
            Matcher matcher,
            Caller caller,
            ObjectReader reader,
            ObjectWriter verdicts,
            ObjectWriter faults,
            int batch) {
        this.matcher = matcher;
        this.caller = caller;
        this.reader = reader;
        this.verdicts = verdicts;
        this.faults = faults;
        this.batch = batch;
    }

    void answer(InputStream body, OutputStream answer) throws IOException {
        var out = new BufferedOutputStream(answer, 64 * 1024);
        try (LineReader lines = LineReader.live(body)) {
            boolean more = true;
            while (more) {
                var some = new ArrayList<Line>(batch);
                ProblemException end = null;
                try {
                    more = read(lines, some);
                } catch (OpenStreams.ServiceStops stops) {
                    end = stops.answeredUpTo(number + some.size());
                    more = false;
                }
                write(some, out);
                if (end != null) {
                    out.write(faults.writeValueAsBytes(FaultyLine.of(number + 1, end)));
                    out.write('\n');
                }
            }
        }
        out.flush();
    }

    /// @return whether there may be more
    private boolean read(LineReader lines, List<Line> some) throws IOException {
        LineReader.Patience patience = null;
        while (some.size() < batch) {
            byte[] text = lines.next(patience == null ? null : patience.left());
            if (text == null) {
                return false;
            }
            if (text == LineReader.NOT_YET) {
                return true;
            }
            if (text.length > 0) {
                some.add(line(text));
                patience = patience == null ? new LineReader.Patience() : patience;
            }
        }
        return true;
    }

    private Line line(byte[] text) throws IOException {
        try {
            MatchRequest.Observable value = text == LineReader.TOO_LONG ? null : reader.readValue(text);
            if (value == null || value.type() == null || value.value() == null) {
                throw new ProblemException(CommonProblem.INVALID_INPUT, "A line is an object with type and value");
            }
            Matcher.check(value);
            return new Line(value, null);
        } catch (JsonProcessingException wrong) {
            return new Line(
                    null, new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The line is not valid JSON"));
        } catch (ProblemException refused) {
            return new Line(null, refused);
        }
    }

    private void write(List<Line> some, OutputStream out) throws IOException {
        if (some.isEmpty()) {
            return;
        }
        List<MatchView.Verdict> found = matcher.match(
                caller,
                some.stream().map(Line::value).filter(value -> value != null).toList());
        int next = 0;
        for (Line line : some) {
            number++;
            out.write(
                    line.problem() == null
                            ? verdicts.writeValueAsBytes(found.get(next++))
                            : faults.writeValueAsBytes(FaultyLine.of(number, line.problem())));
            out.write('\n');
        }
        out.flush();
    }
}
