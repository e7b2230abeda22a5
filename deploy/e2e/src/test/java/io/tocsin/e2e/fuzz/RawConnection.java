package io.tocsin.e2e.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/// One HTTP/1.1 connection that sends what it is told, which no well-behaved client would. Opened again when the server
/// closed it.
final class RawConnection implements AutoCloseable {

    private static final int LONGEST_WAIT_MS = 30_000;

    private final String host;
    private final int port;
    private Socket socket;
    private InputStream in;

    RawConnection(String host, int port) {
        this.host = host;
        this.port = port;
    }

    /// @throws java.net.SocketTimeoutException when no answer comes: a hang
    RawAnswer send(RawRequest request) throws IOException {
        boolean fresh = socket == null;
        if (fresh) {
            open();
        }
        try {
            socket.getOutputStream().write(request.bytes(host + ":" + port));
            socket.getOutputStream().flush();
        } catch (IOException refusedWhileSending) {
            // The answer may be there already: a server may refuse a body before it has all of it.
        }
        RawAnswer answer;
        try {
            answer = read(request.method());
        } catch (java.net.SocketTimeoutException hang) {
            close();
            throw hang;
        } catch (IOException closed) {
            close();
            if (!fresh) {
                return send(request); // a kept connection may be closed by the server at any time
            }
            return new RawAnswer(0, Map.of(), new byte[0], true);
        }
        if (answer.closes()) {
            close();
        }
        return answer;
    }

    private void open() throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LONGEST_WAIT_MS);
        socket.connect(new InetSocketAddress(host, port), 5_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    private RawAnswer read(String method) throws IOException {
        while (true) {
            String status = line();
            int code = Integer.parseInt(status.split(" ")[1]);
            Map<String, List<String>> headers = headers();
            if (code >= 200) {
                boolean bodiless = method.equals("HEAD") || code == 204 || code == 304;
                boolean until = !headers.containsKey("content-length") && !headers.containsKey("transfer-encoding");
                byte[] body = bodiless ? new byte[0] : body(headers);
                boolean closes = headers.getOrDefault("connection", List.of()).stream()
                                .anyMatch(value -> value.equalsIgnoreCase("close"))
                        || until && !bodiless
                        || method.equals("CONNECT");
                return new RawAnswer(code, headers, body, closes);
            }
        }
    }

    private Map<String, List<String>> headers() throws IOException {
        var headers = new HashMap<String, List<String>>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] body(Map<String, List<String>> headers) throws IOException {
        byte[] body;
        if (headers.containsKey("transfer-encoding")) {
            body = chunks();
        } else if (headers.containsKey("content-length")) {
            body = exactly(Integer.parseInt(headers.get("content-length").getFirst()));
        } else {
            body = in.readAllBytes();
        }
        boolean gzip = headers.getOrDefault("content-encoding", List.of()).contains("gzip");
        return gzip && body.length > 0 ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body;
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.writeBytes(exactly(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException alreadyGone) {
            // Closed is closed.
        }
        socket = null;
    }
}
