package io.tocsin.indicator.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that breaks when it is longer than it may be, or takes longer.
final class BoundedBody extends FilterInputStream {

    private final long until;
    private long left;

    /// @param until as `System.nanoTime` says it
    BoundedBody(InputStream in, long most, long until) {
        super(in);
        this.left = most;
        this.until = until;
    }

    @Override
    public int read() throws IOException {
        int octet = super.read();
        count(octet < 0 ? 0 : 1);
        return octet;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        int many = super.read(to, from, length);
        count(Math.max(0, many));
        return many;
    }

    private void count(int many) throws IOException {
        left -= many;
        if (left < 0) {
            throw new IOException("the list is too long");
        }
        if (System.nanoTime() - until > 0) {
            throw new IOException("the list takes too long");
        }
    }
}
