package io.tocsin.wire;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The body of a form of several parts that does not say how long it is. One that is too long is refused in the
/// contract's
/// words; what its sender is still writing is read on for a while, since most senders read no answer before they are
/// done.
final class BoundedForm extends FilterInputStream {

    private static final int PART = 64 * 1024;

    private final long bound;
    private final Runnable onTooLarge;
    private long left;

    /// @param onTooLarge has the connection closed behind the answer
    BoundedForm(InputStream in, long bound, Runnable onTooLarge) {
        super(in);
        this.bound = bound;
        this.left = bound;
        this.onTooLarge = onTooLarge;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left < 0) {
            throw BodyBounds.tooLarge(bound);
        }
        int count = in.read(buffer, offset, length);
        left -= Math.max(0, count);
        if (left < 0) {
            onTooLarge.run();
            passOver();
            throw BodyBounds.tooLarge(bound);
        }
        return count;
    }

    private void passOver() throws IOException {
        byte[] part = new byte[PART];
        long most = FormBounds.LARGEST - PART;
        for (int count = 0; count >= 0 && most > 0; most -= count) {
            count = in.read(part);
        }
    }

    /// The stream below would be read to its end, however far that is.
    @Override
    public void close() throws IOException {
        if (left >= 0) {
            super.close();
        }
    }
}
