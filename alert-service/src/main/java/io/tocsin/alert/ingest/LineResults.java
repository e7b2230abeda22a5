package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tocsin.wire.LineReader;
import io.tocsin.wire.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;

/// Tells what became of each line as a line of JSON. The first of it is held back, so that a stream that breaks while
/// it is short is refused as any other request; from then on, or once the sender pauses behind the first second,
/// results flow while the stream is still read.
final class LineResults implements AlertStream.Results {

    private static final int HELD = 1024 * 1024;
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final OutputStream out;
    private final ObjectWriter json;
    private ByteArrayOutputStream held = new ByteArrayOutputStream(8 * 1024);
    private final long opened = System.nanoTime();
    private boolean begun;

    LineResults(OutputStream out, ObjectMapper json) {
        this.out = out;
        this.json = json.writerFor(LineView.class);
    }

    @Override
    public void add(List<LineView> chunk) throws IOException {
        for (LineView line : chunk) {
            held.write(json.writeValueAsBytes(line));
            held.write('\n');
        }
        if (begun || held.size() > HELD) {
            tell();
        }
    }

    @Override
    public Duration patience() {
        if (held.size() == 0) {
            return null;
        }
        Duration left = LONGEST.minus(age());
        return left.compareTo(LineReader.PAUSE) < 0 ? LineReader.PAUSE : left;
    }

    @Override
    public void paused() throws IOException {
        if (held.size() > 0 && age().compareTo(LONGEST) >= 0) {
            tell();
        }
    }

    private void tell() throws IOException {
        begun = true;
        flush();
    }

    private Duration age() {
        return Duration.ofNanos(System.nanoTime() - opened);
    }

    /// The stream ended as it should.
    void end() throws IOException {
        flush();
    }

    /// The stream ended otherwise: said as the answer's status while that can still be chosen, else as its last
    /// line.
    void end(ProblemException problem) throws IOException {
        if (!begun) {
            throw problem;
        }
        add(List.of(new LineView(0, null, null, problem.type().status(), ItemView.ItemError.of(problem))));
    }

    private void flush() throws IOException {
        held.writeTo(out);
        out.flush();
        held.reset();
    }
}
