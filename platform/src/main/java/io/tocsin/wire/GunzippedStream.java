package io.tocsin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Unpacks gzip (RFC 1952), member after member, and tells a broken stream from every other failure to read. Java's own
/// class takes whatever goes wrong behind the first member for the end: a damaged one, one that has not come yet, a
/// connection that broke.
public final class GunzippedStream extends InputStream {

    private static final int BUFFER = 8192;
    private static final int DEFLATE = 8;
    private static final int HEADER_CHECKED = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    /// What a name or a comment may have, which nobody reads.
    private static final int LONGEST_TEXT = 64 * 1024;

    /// The sender's stream ends early or is not what it says.
    public static final class BrokenGzipException extends IOException {

        private static final long serialVersionUID = 1L;

        private BrokenGzipException(String what) {
            super(what);
        }
    }

    private final InputStream packed;
    private final byte[] buffer = new byte[BUFFER];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 check = new CRC32();
    private final CRC32 headerCheck = new CRC32();
    private int at;
    private int end;
    private boolean over;

    /// @throws BrokenGzipException when it does not begin as gzip does
    public GunzippedStream(InputStream packed) throws IOException {
        this.packed = packed;
        try {
            header(octet());
        } catch (IOException | RuntimeException broken) {
            inflater.end();
            throw broken;
        }
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!over) {
            int count = inflate(target, offset, length);
            if (count > 0) {
                check.update(target, offset, count);
                return count;
            }
            if (inflater.finished()) {
                at = end - inflater.getRemaining();
                trailer();
                over = !nextMember();
            } else if (inflater.needsDictionary()) {
                throw broken("it wants a dictionary");
            } else {
                need();
                inflater.setInput(buffer, at, end - at);
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws BrokenGzipException {
        try {
            return inflater.inflate(target, offset, length);
        } catch (DataFormatException damaged) {
            throw broken(String.valueOf(damaged.getMessage()));
        }
    }

    private void header(int first) throws IOException {
        headerCheck.reset();
        headerCheck.update(first);
        if (first != 0x1f || headerOctet() != 0x8b) {
            throw broken("not in GZIP format");
        }
        if (headerOctet() != DEFLATE) {
            throw broken("an unknown method of compression");
        }
        int flags = headerOctet();
        if ((flags & RESERVED) != 0) {
            throw broken("its header has flags nobody knows");
        }
        skip(6); // time, level, system
        if ((flags & EXTRA) != 0) {
            skip(headerOctet() | headerOctet() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CHECKED) != 0) {
            int expected = (int) headerCheck.getValue() & 0xffff;
            if ((octet() | octet() << 8) != expected) {
                throw broken("its header is damaged");
            }
        }
        inflater.reset();
        inflater.setInput(buffer, at, end - at);
        check.reset();
    }

    private void skip(int octets) throws IOException {
        for (int i = 0; i < octets; i++) {
            headerOctet();
        }
    }

    private void skipText() throws IOException {
        for (int length = 0; headerOctet() != 0; length++) {
            if (length == LONGEST_TEXT) {
                throw broken("its header is too long");
            }
        }
    }

    private int headerOctet() throws IOException {
        int octet = octet();
        headerCheck.update(octet);
        return octet;
    }

    private void trailer() throws IOException {
        if (number() != check.getValue() || number() != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw broken("what it holds is damaged");
        }
    }

    private long number() throws IOException {
        return octet() | (long) octet() << 8 | (long) octet() << 16 | (long) octet() << 24;
    }

    /// Zeros fill up what comes from a tape; anything else behind a member is another one.
    private boolean nextMember() throws IOException {
        boolean filled = false;
        while (at < end || fill()) {
            int octet = buffer[at++] & 0xff;
            if (octet != 0) {
                if (filled) {
                    throw broken("something follows its end");
                }
                header(octet);
                return true;
            }
            filled = true;
        }
        return false;
    }

    private int octet() throws IOException {
        if (at == end) {
            need();
        }
        return buffer[at++] & 0xff;
    }

    private void need() throws IOException {
        if (!fill()) {
            throw new BrokenGzipException("The gzip body ends before its end");
        }
    }

    private boolean fill() throws IOException {
        at = 0;
        end = 0;
        int count;
        do {
            count = packed.read(buffer);
        } while (count == 0);
        end = Math.max(0, count);
        return count > 0;
    }

    private static BrokenGzipException broken(String what) {
        return new BrokenGzipException("The gzip body is broken: " + what);
    }

    @Override
    public int available() {
        return over ? 0 : 1;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        packed.close();
    }
}
