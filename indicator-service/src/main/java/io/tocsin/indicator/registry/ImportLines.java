package io.tocsin.indicator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.LineReader;
import io.tocsin.wire.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One JSON object a line; empty lines are passed over, and counted.
final class ImportLines implements ImportSource {

    /// What the last line of an export begins with: one without it broke off. Taken in again it is passed over.
    static final String END = "{\"exported\":";

    private final LineReader lines;
    private final ObjectReader json;
    private long number;

    ImportLines(InputStream body, ObjectReader json) {
        this.lines = LineReader.live(body);
        this.json = json;
    }

    @Override
    public Item next() throws IOException {
        return next(null);
    }

    @Override
    public Item next(Duration longest) throws IOException {
        while (true) {
            byte[] text = lines.next(longest);
            if (text == null) {
                return null;
            }
            if (text == LineReader.NOT_YET) {
                return NOT_YET;
            }
            number++;
            if (!isEmpty(text)) {
                return item(text);
            }
        }
    }

    @Override
    public void close() {
        lines.close();
    }

    private static boolean isEmpty(byte[] text) {
        return text.length == 0
                || (text.length == 1 && text[0] == '\r')
                || (text.length > END.length()
                        && new String(text, 0, END.length(), StandardCharsets.US_ASCII).equals(END));
    }

    private Item item(byte[] text) throws IOException {
        if (text == LineReader.TOO_LONG) {
            return refused("The line is longer than " + LineReader.LONGEST + " bytes");
        }
        try {
            SubmitIndicatorRequest request = json.readValue(text);
            return request == null ? refused("The line is no JSON object") : new Item(number, request, null);
        } catch (JsonProcessingException wrong) {
            return refused("The line is not valid JSON, or a property has a value that is not acceptable");
        }
    }

    private Item refused(String why) {
        return new Item(number, null, new ProblemException(CommonProblem.INVALID_REQUEST_BODY, why));
    }
}
