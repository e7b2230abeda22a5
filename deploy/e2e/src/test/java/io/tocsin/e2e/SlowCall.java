package io.tocsin.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A request whose body is sent piece by piece, and whose answer is read when the test wants it: what is not read yet
/// keeps the service waiting, as a slow client does.
final class SlowCall implements AutoCloseable {

    private static final int FEW = 16 * 1024;

    private final Socket socket = new Socket();
    private final OutputStream out;
    private final InputStream in;
    private int length = -1;

    /// @param request method and path
    /// @param type of the body to come; null: there is none
    SlowCall(int port, String request, String token, String type) throws IOException {
        socket.setReceiveBufferSize(FEW);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
        write(request + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token + "\r\n"
                + (type == null ? "" : "Content-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n") + "\r\n");
    }

    void send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        write("\r\n");
    }

    void end() throws IOException {
        write("0\r\n\r\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /// The status line and the headers, their names in lower case.
    String head() throws IOException {
        var text = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int name = text.isEmpty() ? 0 : Math.max(0, line.indexOf(':'));
            String header = line.substring(0, name).toLowerCase(Locale.ROOT) + line.substring(name);
            text.append(header).append('\n');
            if (header.startsWith("content-length: ")) {
                length = Integer.parseInt(header.substring(16).strip());
            }
        }
        return text.toString();
    }

    /// What follows the head, by its length or to its last chunk.
    ///
    /// @throws EOFException when it breaks off
    String body() throws IOException {
        var body = new ByteArrayOutputStream();
        if (length >= 0) {
            body.write(exactly(length));
        } else {
            for (int chunk = size(); chunk > 0; chunk = size()) {
                body.write(exactly(chunk));
                line();
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private int size() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the answer broke off");
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int letter = in.read(); letter != '\n'; letter = in.read()) {
            if (letter < 0) {
                throw new EOFException("the answer broke off: " + line);
            }
            if (letter != '\r') {
                line.append((char) letter);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
