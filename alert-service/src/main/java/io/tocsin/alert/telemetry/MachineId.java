package io.tocsin.alert.telemetry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/// A machine's id is the sender's when it is 40 hex digits, else SHA-1 over tenant and lower-case name: the same
/// everywhere
/// without asking anyone (design §4 B).
final class MachineId {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

    private MachineId() {}

    static String of(UUID tenant, String sent, String name) {
        String id = sent == null ? "" : sent.toLowerCase(Locale.ROOT);
        return FORM.matcher(id).matches() ? id : ofName(tenant, name);
    }

    static String ofName(UUID tenant, String name) {
        try {
            byte[] text = (tenant + ":" + name.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
