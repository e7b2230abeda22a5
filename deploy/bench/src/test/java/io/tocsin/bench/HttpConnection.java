package io.tocsin.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One connection that sends requests and reads whole answers, with as little work as can be: whatever the load
/// costs is taken from what is measured.
final class HttpConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] head = new byte[16 * 1024];

    HttpConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        out = socket.getOutputStream();
    }

    /// The status of the answer, which has been read to its end.
    int exchange(byte[] request) throws IOException {
        out.write(request);
        out.flush();
        int length = readHead();
        String text = new String(head, 0, length, StandardCharsets.ISO_8859_1);
        skip(text);
        return Integer.parseInt(text, 9, 12, 10);
    }

    private int readHead() throws IOException {
        int length = 0;
        while (length < 4 || head[length - 1] != '\n' || head[length - 2] != '\r' || head[length - 3] != '\n') {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the service closed the connection");
            }
            head[length++] = (byte) next;
        }
        return length;
    }

    private void skip(String text) throws IOException {
        String lower = text.toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf("content-length: ");
        if (at >= 0) {
            int from = at + 16;
            in.skipNBytes(Integer.parseInt(text, from, text.indexOf('\r', from), 10));
        } else if (lower.contains("transfer-encoding: chunked")) {
            int chunk;
            do {
                chunk = Integer.parseInt(line(), 16);
                in.skipNBytes(chunk + 2L);
            } while (chunk > 0);
        } else {
            throw new IOException("an answer without a length: " + text);
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the service closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
