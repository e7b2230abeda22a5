package io.tocsin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Reads a stream on a thread of its own, one part ahead, so that whoever wants it can stop waiting and go on later.
/// That a stream has nothing at hand is not to be learnt from itself: what unpacks one cannot say.
final class ReadAhead implements AutoCloseable {

    private static final int PART = 64 * 1024;
    private static final byte[] NOTHING = {};
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private record Part(byte[] bytes, Throwable fault) {}

    private final InputStream in;
    private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(1);
    private final Thread reader;
    private boolean over;
    private volatile boolean closed;

    ReadAhead(InputStream in) {
        this.in = in;
        this.reader = Thread.ofVirtual().name("read-ahead").start(this::read);
    }

    private void read() {
        var buffer = new byte[PART];
        try {
            int count;
            do {
                Part part;
                try {
                    count = in.read(buffer);
                    part = new Part(count < 0 ? null : Arrays.copyOf(buffer, count), null);
                } catch (IOException | RuntimeException | Error broken) {
                    count = -1;
                    part = new Part(null, broken);
                }
                if (count != 0 && !closed) {
                    parts.put(part);
                }
            } while (count >= 0 && !closed);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// The next part; null at the end, empty when there is none yet.
    ///
    /// @param longest null to wait for it however long that takes
    byte[] next(Duration longest) throws IOException {
        if (over) {
            return null;
        }
        Part part = await(longest);
        if (part == null) {
            return NOTHING;
        }
        if (part.bytes() != null) {
            return part.bytes();
        }
        over = true;
        switch (part.fault()) {
            case null -> {
                return null;
            }
            case IOException broken -> throw broken;
            case RuntimeException refused -> throw refused;
            default -> throw new IllegalStateException(part.fault());
        }
    }

    private Part await(Duration longest) throws IOException {
        try {
            return longest == null ? parts.take() : parts.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the stream");
        }
    }

    /// Reads no further: behind it the stream is its owner's again.
    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        parts.clear(); // a stream that takes the interruption for itself leaves the reader with a part to put
        try {
            reader.join(LONGEST_END);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
