package io.tocsin.testkit;

import io.restassured.RestAssured;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/// A request whose body is written while its answer is read, as a sender does that waits for the one before it goes on
/// with the other. By hand, since clients collect what they send.
public final class SlowRequest implements AutoCloseable {

    private static final int LONGEST_MILLIS = 30_000;

    private final Socket socket;
    private final OutputStream body;
    private BufferedReader answer;

    private SlowRequest(String path, String token, boolean packed) throws IOException {
        socket = new Socket("127.0.0.1", RestAssured.port);
        socket.setSoTimeout(LONGEST_MILLIS);
        String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n"
                + (packed ? "Content-Encoding: gzip\r\n" : "") + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        var chunks = new Chunks(socket.getOutputStream());
        body = packed ? new GZIPOutputStream(chunks, true) : chunks;
    }

    /// Begins to post lines.
    ///
    /// @param packed whether as gzip
    public static SlowRequest post(String path, String token, boolean packed) throws IOException {
        return new SlowRequest(path, token, packed);
    }

    /// Sends text, without an end of its own, and all that was written before.
    public void send(String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    /// The answer's next line, null at its end.
    ///
    /// @throws java.net.SocketTimeoutException when none comes
    public String nextLine() throws IOException {
        if (answer == null) {
            answer = new BufferedReader(new InputStreamReader(body(), StandardCharsets.UTF_8));
        }
        return answer.readLine();
    }

    private InputStream body() throws IOException {
        var in = new BufferedInputStream(socket.getInputStream());
        boolean inChunks = false;
        int length = 0;
        for (String line = headLine(in); !line.isEmpty(); line = headLine(in)) {
            inChunks |= line.equalsIgnoreCase("transfer-encoding: chunked");
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return new Body(in, inChunks, inChunks ? 0 : length);
    }

    private static String headLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("the connection was closed");
            }
            line.append((char) octet);
        }
        return line.toString().strip();
    }

    /// Ends the body.
    public void end() throws IOException {
        body.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// Sends what was written with each flush.
    private static final class Chunks extends OutputStream {

        private static final byte[] LINE_END = {'\r', '\n'};

        private final OutputStream out;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        private Chunks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) {
            written.write(octet);
        }

        @Override
        public void flush() throws IOException {
            if (written.size() > 0) {
                out.write(Integer.toHexString(written.size()).getBytes(StandardCharsets.US_ASCII));
                out.write(LINE_END);
                written.writeTo(out);
                out.write(LINE_END);
                written.reset();
            }
            out.flush();
        }

        @Override
        public void close() throws IOException {
            flush();
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    /// The answer's body, of chunks or of a length.
    private static final class Body extends InputStream {

        private final InputStream in;
        private final boolean inChunks;
        private int left;
        private boolean over;

        private Body(InputStream in, boolean inChunks, int length) {
            this.in = in;
            this.inChunks = inChunks;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            if (left == 0 && !over) {
                left = inChunks ? Integer.parseInt(headLine(in), 16) : 0;
                over = left == 0;
            }
            if (over) {
                return -1;
            }
            int octet = in.read();
            left--;
            if (left == 0 && inChunks) {
                headLine(in);
            }
            return octet;
        }

        /// No more than is there: who reads a line must not wait for the next one.
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int octet = read();
            if (octet < 0) {
                return -1;
            }
            target[offset] = (byte) octet;
            return 1;
        }
    }
}
