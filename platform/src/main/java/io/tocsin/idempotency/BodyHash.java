package io.tocsin.idempotency;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/// Hashes a body while it is read, so that none is ever held for that.
final class BodyHash extends FilterInputStream {

    private final MessageDigest digest;
    private boolean closed;

    BodyHash(InputStream body, MessageDigest digest) {
        super(body);
        this.digest = digest;
    }

    @Override
    public int read() throws IOException {
        int next = in.read();
        if (next >= 0) {
            digest.update((byte) next);
        }
        return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            digest.update(buffer, offset, count);
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return readNBytes((int) Math.min(count, 8192)).length;
    }

    @Override
    public boolean markSupported() {
        return false; // what is read twice would be hashed twice
    }

    /// Reads what is left.
    void drain() throws IOException {
        if (!closed) {
            transferTo(OutputStream.nullOutputStream());
        }
    }

    /// Whoever read the body closes it when he has what he wants, which need not be all of it.
    @Override
    public void close() throws IOException {
        drain();
        closed = true;
        super.close();
    }
}
