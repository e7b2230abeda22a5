package io.tocsin.indicator.source;

import io.tocsin.indicator.registry.ListImport;
import io.tocsin.indicator.registry.SubmitIndicatorRequest;
import io.tocsin.wire.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// A value a line, as lists have it: comments are passed over, of `hosts` files the address is, and what follows a
/// value too. Values that were made unclickable are as they were.
final class ListLines implements ListImport.Entries {

    private static final Set<String> NOWHERE = Set.of("0.0.0.0", "127.0.0.1", "::", "::1");
    private static final Set<String> OF_HOSTS = Set.of(
            "localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "0.0.0.0");

    private final LineReader lines;

    ListLines(InputStream body) {
        this.lines = new LineReader(body);
    }

    @Override
    public ListImport.Entry next() throws IOException {
        while (true) {
            byte[] line = lines.next();
            if (line == null) {
                return null;
            }
            if (line == LineReader.TOO_LONG) {
                return ListImport.Entry.refused("The line is too long");
            }
            String value = value(new String(line, StandardCharsets.UTF_8));
            if (!value.isEmpty()) {
                return ListImport.Entry.of(of(value));
            }
        }
    }

    /// Empty when the line says nothing.
    static String value(String line) {
        String text = line.replace("\uFEFF", "").strip();
        if (text.isEmpty() || text.startsWith("#") || text.startsWith(";") || text.startsWith("//")) {
            return "";
        }
        String[] words = text.split(text.contains("://") ? "\\s+" : "[\\s,;]+");
        if (words.length > 1 && NOWHERE.contains(words[0])) {
            return OF_HOSTS.contains(words[1]) ? "" : refanged(words[1]);
        }
        return refanged(words[0]);
    }

    private static String refanged(String value) {
        String text = value.replace("[.]", ".").replace("(.)", ".").replace("[:]", ":");
        return text.regionMatches(true, 0, "hxxp", 0, 4) ? "http" + text.substring(4) : text;
    }

    static SubmitIndicatorRequest of(String value) {
        return new SubmitIndicatorRequest(
                value, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
