package io.tocsin.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;

/// Reads a stream by lines without ever holding much more than one.
public final class LineReader implements AutoCloseable {

    /// One line's bytes at most; what is longer is skipped to its end.
    public static final int LONGEST = 1024 * 1024;

    /// What stands for a line longer than that.
    public static final byte[] TOO_LONG = {0};

    /// What stands for a line that has not come yet.
    public static final byte[] NOT_YET = {1};

    /// How long whoever takes lines together waits for more of them: behind that the sender waits for an answer, or has
    /// nothing to say for a while.
    public static final Duration PAUSE = Duration.ofMillis(200);

    /// For how long lines that are taken together may still wait for more of them: [#PAUSE] from the first on. Behind
    /// that only lines that are at hand join them, however slowly others go on to come.
    public static final class Patience {

        private final long since = System.nanoTime();

        /// For [#next(Duration)].
        public Duration left() {
            Duration left = PAUSE.minusNanos(System.nanoTime() - since);
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    private final ReadAhead ahead;
    private final InputStream in;
    private byte[] buffer;
    private int at;
    private int end;

    /// What there is of a line whose end is not there yet.
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(1024);

    private boolean begun;
    private boolean tooLong;

    /// Reads a stream that the caller closes.
    public LineReader(InputStream in) {
        this(in, null);
        buffer = new byte[64 * 1024];
    }

    private LineReader(InputStream in, ReadAhead ahead) {
        this.in = in;
        this.ahead = ahead;
        this.buffer = new byte[0];
    }

    /// Reads a stream whose sender may pause: only of it lines can be awaited for some time. To close it ends the
    /// reading, not the stream.
    public static LineReader live(InputStream in) {
        return new LineReader(null, new ReadAhead(in));
    }

    /// The next line without its end, or null after the last one. [#TOO_LONG] stands for a line that is.
    ///
    /// @throws IOException when the stream breaks before the line is complete
    public byte[] next() throws IOException {
        return next(null);
    }

    /// As [#next()], and [#NOT_YET] when the line is not complete so soon; it will be the next one then.
    ///
    /// @param longest null to wait however long that takes
    public byte[] next(Duration longest) throws IOException {
        byte[] whole = whole();
        return whole == null ? pieced(longest) : whole;
    }

    /// Null when its end is not at hand yet.
    private byte[] whole() {
        if (begun) {
            return null;
        }
        for (int i = at; i < end; i++) {
            if (buffer[i] == '\n') {
                byte[] line = Arrays.copyOfRange(buffer, at, i);
                at = i + 1;
                return line;
            }
        }
        return null;
    }

    private byte[] pieced(Duration longest) throws IOException {
        long since = System.nanoTime();
        while (true) {
            if (at == end) {
                Duration left = longest == null ? null : longest.minusNanos(System.nanoTime() - since);
                int filled = fill(left);
                if (filled == 0) {
                    return NOT_YET;
                }
                if (filled < 0) {
                    return begun ? line() : null;
                }
            }
            begun = true;
            int start = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            tooLong |= piece.size() + at - start > LONGEST;
            if (!tooLong) {
                piece.write(buffer, start, at - start);
            }
            if (at < end) {
                at++;
                return line();
            }
        }
    }

    private byte[] line() {
        byte[] line = tooLong ? TOO_LONG : piece.toByteArray();
        piece.reset();
        begun = false;
        tooLong = false;
        return line;
    }

    /// How many bytes there are now: none when they do not come in time, -1 when none will.
    private int fill(Duration longest) throws IOException {
        at = 0;
        end = 0;
        if (ahead == null) {
            int count = in.read(buffer);
            end = Math.max(0, count);
            return count <= 0 ? -1 : count;
        }
        byte[] part = ahead.next(longest == null || !longest.isNegative() ? longest : Duration.ZERO);
        if (part == null) {
            return -1;
        }
        buffer = part;
        end = part.length;
        return end;
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.close();
        }
    }
}
