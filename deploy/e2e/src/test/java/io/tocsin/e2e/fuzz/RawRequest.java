package io.tocsin.e2e.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// One request as it goes over the wire, legal or not.
///
/// @param method as written
/// @param target path and query as written
/// @param headers in order; names may repeat
/// @param body sent as it is, with a `Content-Length` that is true
record RawRequest(String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern TARGET = Pattern.compile("/[\\x21-\\x7e]*");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]*");
    private static final int SHOWN = 160;

    /// Whether its head is one by RFC 9112, however odd the address in it is.
    boolean isHttp() {
        return TOKEN.matcher(method).matches()
                && TARGET.matcher(target).matches()
                && headers.stream()
                        .allMatch(header -> TOKEN.matcher(header.getKey()).matches()
                                && VALUE.matcher(header.getValue()).matches());
    }

    byte[] bytes(String host) {
        var head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(host).append("\r\n");
        headers.forEach(header -> head.append(header.getKey())
                .append(": ")
                .append(header.getValue())
                .append("\r\n"));
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return method + " " + shortened(target) + " "
                + headers.stream()
                        .map(header -> header.getKey() + ": "
                                + (header.getKey().equals("Authorization") ? "…" : shortened(header.getValue())))
                        .toList()
                + " body(" + body.length + ")=" + shortened(new String(body, StandardCharsets.UTF_8));
    }

    private static String shortened(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "…";
    }
}
