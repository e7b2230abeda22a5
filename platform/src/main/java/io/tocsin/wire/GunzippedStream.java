package io.tocsin.wire;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Unpacks gzip and tells a broken stream from every other failure to read.
final class GunzippedStream extends FilterInputStream {

    private static final int BUFFER = 8192;

    /// The sender's stream ends early or is not what it says.
    static final class BrokenGzipException extends IOException {

        private static final long serialVersionUID = 1L;

        private BrokenGzipException(String what) {
            super(what);
        }
    }

    GunzippedStream(InputStream packed) throws IOException {
        super(open(packed));
    }

    private static InputStream open(InputStream packed) throws IOException {
        try {
            return new GZIPInputStream(packed, BUFFER);
        } catch (EOFException | ZipException broken) {
            throw broken(broken);
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (EOFException | ZipException broken) {
            throw broken(broken);
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return in.read(buffer, offset, length);
        } catch (EOFException | ZipException broken) {
            throw broken(broken);
        }
    }

    private static BrokenGzipException broken(IOException cause) {
        return new BrokenGzipException(
                cause instanceof EOFException
                        ? "The gzip body ends before its end"
                        : "The gzip body is broken: " + cause.getMessage());
    }
}
