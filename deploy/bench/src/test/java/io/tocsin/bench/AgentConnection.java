package io.tocsin.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An agent's connection: its answers are read whole, or line by line as they come. It holds little, since there are
/// thousands in one process.
final class AgentConnection implements AutoCloseable {

    private static final int SMALL = 512;
    private static final int PATIENCE_MILLIS = 90_000;

    /// Source addresses to spread over: one address has fewer ports than a fleet uses up in a minute.
    private static final int ADDRESSES = 16;

    private final Socket socket;
    private final InputStream in;
    private boolean chunked;
    private long left;
    private boolean inChunks;

    /// @param retryAfter seconds, 0 without any
    /// @param body empty for a stream
    record Answer(int status, int retryAfter, String body) {}

    AgentConnection(int agent, int port) throws IOException {
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress("127.0.1." + (1 + agent % ADDRESSES), 0));
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream(), SMALL);
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    static String get(String path, String credential, String accept) {
        return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + credential + "\r\nAccept: "
                + accept + "\r\n\r\n";
    }

    /// @param credential null for the request that brings one
    static String post(String path, String credential, String key, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + (credential == null ? "" : "Authorization: Bearer " + credential + "\r\n")
                + (key == null ? "" : "Idempotency-Key: " + key + "\r\n")
                + "Content-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /// The whole answer.
    Answer ask(String request) throws IOException {
        Answer head = begin(request);
        return new Answer(head.status(), head.retryAfter(), rest());
    }

    /// The answer's head; what follows is read by [#line].
    Answer begin(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        int status = Integer.parseInt(headLine(), 9, 12, 10);
        int retryAfter = 0;
        chunked = false;
        inChunks = false;
        left = 0;
        for (String line = headLine(); !line.isEmpty(); line = headLine()) {
            String lower = line.toLowerCase(Locale.ROOT);
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (lower.startsWith("content-length:")) {
                left = Long.parseLong(value);
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = value.equals("chunked");
            } else if (lower.startsWith("retry-after:")) {
                retryAfter = Integer.parseInt(value);
            }
        }
        return new Answer(status, retryAfter, "");
    }

    /// The next line of the answer, null at its end.
    String line() throws IOException {
        var line = new ByteArrayOutputStream(SMALL);
        int next = next();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            line.write(next);
            next = next();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private String rest() throws IOException {
        var body = new ByteArrayOutputStream(SMALL);
        for (int next = next(); next >= 0; next = next()) {
            body.write(next);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private int next() throws IOException {
        if (left == 0 && chunked) {
            if (inChunks) {
                headLine(); // behind each chunk is the end of a line
            }
            inChunks = true;
            left = Long.parseLong(headLine(), 16);
            if (left == 0) {
                headLine();
                chunked = false;
            }
        }
        if (left == 0) {
            return -1;
        }
        left--;
        return read();
    }

    private String headLine() throws IOException {
        var line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private int read() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the service closed the connection");
        }
        return next;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // it is closed
        }
    }
}
