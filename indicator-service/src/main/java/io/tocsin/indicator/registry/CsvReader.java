package io.tocsin.indicator.registry;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads records of RFC 4180 one by one: quoted fields hold commas, quotes and line ends. Lenient where spreadsheets
/// are: any
/// line end, a mark at the beginning, `;` for `,` where the header has it. Its own, since a library's parser ends at
/// the
/// first wrong record, and here it harms no other.
final class CsvReader {

    /// Of a record, in bytes: more than the longest indicator there can be, and not so much that a quote nobody closed
    /// takes a whole list along.
    private static final int LONGEST = 128 * 1024;

    /// What stands for a record longer than that.
    static final List<String> TOO_LONG = List.of("");

    private final InputStream in;
    private char divider = ',';
    private boolean first = true;

    CsvReader(InputStream in) {
        this.in = new BufferedInputStream(in, 64 * 1024);
    }

    /// The next record that is not empty, or null after the last one.
    List<String> next() throws IOException {
        List<String> record = record();
        while (record != null
                && record != TOO_LONG
                && record.size() == 1
                && record.getFirst().isBlank()) {
            record = record();
        }
        if (first && record != null && record != TOO_LONG) {
            first = false;
            record = header(record);
        }
        return record;
    }

    private List<String> header(List<String> record) {
        var names = new ArrayList<>(record);
        names.set(0, names.getFirst().replace("\uFEFF", ""));
        if (names.size() == 1 && names.getFirst().indexOf(';') >= 0) {
            divider = ';';
            return List.of(names.getFirst().split(";", -1));
        }
        return names;
    }

    private List<String> record() throws IOException {
        var fields = new ArrayList<String>();
        var field = new ByteArrayOutputStream(64);
        boolean quoted = false;
        boolean any = false;
        int length = 0;
        int octet = in.read();
        for (; octet >= 0; octet = in.read()) {
            any = true;
            if (++length > LONGEST) {
                field.reset();
                fields.clear();
                quoted = false; // never closed, most likely: the record ends with this line, not with the table
            }
            if (octet == '"') {
                if (!quoted && field.size() == 0) {
                    quoted = true;
                } else if (quoted) {
                    in.mark(1);
                    if (in.read() == '"') {
                        field.write('"');
                    } else {
                        in.reset();
                        quoted = false;
                    }
                } else {
                    field.write(octet);
                }
            } else if (!quoted && octet == divider) {
                fields.add(text(field));
            } else if (!quoted && octet == '\n') {
                break;
            } else {
                field.write(octet);
            }
        }
        if (!any) {
            return null;
        }
        fields.add(text(field));
        return length > LONGEST ? TOO_LONG : fields;
    }

    private static String text(ByteArrayOutputStream field) {
        String text = field.toString(StandardCharsets.UTF_8);
        field.reset();
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
