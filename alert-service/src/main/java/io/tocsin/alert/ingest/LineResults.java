package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tocsin.wire.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Writes what became of each line as a line of JSON. The first of it is held back, so that a stream that
/// breaks while it is short is refused as any other request; from then on results flow while the stream is
/// still read.
final class LineResults implements AlertStream.Results {

    private static final int HELD = 1024 * 1024;

    private final OutputStream out;
    private final ObjectWriter json;
    private ByteArrayOutputStream held = new ByteArrayOutputStream(8 * 1024);
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
            begun = true;
            flush();
        }
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
