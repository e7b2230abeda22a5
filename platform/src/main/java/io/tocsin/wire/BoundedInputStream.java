package io.tocsin.wire;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Refuses to hand out more than its bound.
final class BoundedInputStream extends FilterInputStream {

    private final long bound;
    private long left;

    BoundedInputStream(InputStream in, long bound) {
        super(in);
        this.bound = bound;
        this.left = bound;
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        if (next >= 0) {
            count(1);
        }
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            count(count);
        }
        return count;
    }

    private void count(int bytes) {
        left -= bytes;
        if (left < 0) {
            throw BodyBounds.tooLarge(bound);
        }
    }
}
