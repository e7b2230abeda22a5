package io.tocsin.alert.sigma;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The forms a text takes in base64.
final class Encodings {

    /// What Windows writes before a text in `utf16`, the lower byte first.
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private static final int[] STARTS = {0, 2, 3};
    private static final int[] ENDS = {0, 3, 2};

    private Encodings() {}

    static byte[] bytes(String text, String form) {
        Charset charset = switch (form) {
            case "utf16le", "wide", "utf16" -> StandardCharsets.UTF_16LE;
            case "utf16be" -> StandardCharsets.UTF_16BE;
            default -> StandardCharsets.UTF_8;
        };
        return (form.equals("utf16") ? BYTE_ORDER_MARK + text : text).getBytes(charset);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// What is sure to be in the encoding of a text that holds this one, wherever it stands in it: one form for each
    /// place in a group of three bytes, without the characters that the neighbours have a part in.
    static List<String> base64Anywhere(byte[] bytes) {
        var forms = new ArrayList<String>();
        for (int place = 0; place < 3; place++) {
            byte[] shifted = new byte[place + bytes.length];
            System.arraycopy(bytes, 0, shifted, place, bytes.length);
            String encoded = base64(shifted);
            int end = encoded.length() - ENDS[shifted.length % 3];
            if (end > STARTS[place]) {
                forms.add(encoded.substring(STARTS[place], end));
            }
        }
        return forms;
    }
}
