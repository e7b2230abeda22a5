package io.tocsin.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads a stream by lines without ever holding more than one.
public final class LineReader {

    /// One line's bytes at most; what is longer is skipped to its end.
    public static final int LONGEST = 1024 * 1024;

    /// What stands for a line longer than that.
    public static final byte[] TOO_LONG = {0};

    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private int at;
    private int end;

    /// Reads a stream that the caller closes.
    public LineReader(InputStream in) {
        this.in = in;
    }

    /// The next line without its end, or null after the last one. [#TOO_LONG] stands for a line that is.
    ///
    /// @throws IOException when the stream breaks before the line is complete
    public byte[] next() throws IOException {
        byte[] whole = whole();
        return whole == null ? pieced() : whole;
    }

    /// Null when its end is not at hand yet.
    private byte[] whole() {
        for (int i = at; i < end; i++) {
            if (buffer[i] == '\n') {
                byte[] line = Arrays.copyOfRange(buffer, at, i);
                at = i + 1;
                return line;
            }
        }
        return null;
    }

    private byte[] pieced() throws IOException {
        var line = new ByteArrayOutputStream(1024);
        boolean any = false;
        boolean tooLong = false;
        while (true) {
            if (at == end && !fill()) {
                return any ? (tooLong ? TOO_LONG : line.toByteArray()) : null;
            }
            any = true;
            int start = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            tooLong |= line.size() + at - start > LONGEST;
            if (!tooLong) {
                line.write(buffer, start, at - start);
            }
            if (at < end) {
                at++;
                return tooLong ? TOO_LONG : line.toByteArray();
            }
        }
    }

    private boolean fill() throws IOException {
        end = Math.max(0, in.read(buffer));
        at = 0;
        return end > 0;
    }
}
