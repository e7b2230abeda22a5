package io.tocsin.indicator.source;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The body of an answer as a stream that is read on a virtual thread: the next part is asked for when the last one was
/// taken, so that no more than that is held.
final class PulledBody extends InputStream {

    private static final Object END = new Object();

    private final HttpClientResponse answer;
    private final Duration timeout;
    private final BlockingQueue<Object> parts = new LinkedBlockingQueue<>();
    private byte[] part = {};
    private int at;
    private boolean ended;

    /// @param answer that was paused
    PulledBody(HttpClientResponse answer, Duration timeout) {
        this.answer = answer;
        this.timeout = timeout;
        answer.exceptionHandler(parts::add).endHandler(end -> parts.add(END)).handler(parts::add);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at == part.length) {
            if (ended || !next()) {
                return -1;
            }
        }
        int many = Math.min(length, part.length - at);
        System.arraycopy(part, at, to, from, many);
        at += many;
        return many;
    }

    private boolean next() throws IOException {
        Object next;
        try {
            answer.fetch(1);
            next = parts.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
        if (next instanceof Buffer buffer) {
            part = buffer.getBytes();
            at = 0;
            return true;
        }
        ended = true;
        if (next == END) {
            return false;
        }
        throw new IOException(next == null ? "the server stopped answering" : "the answer broke off");
    }
}
