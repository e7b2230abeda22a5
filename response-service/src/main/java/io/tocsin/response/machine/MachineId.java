package io.tocsin.response.machine;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/// SHA-1 over tenant and lower-case name: alert-service computes the same (design §4 B).
public final class MachineId {

    private MachineId() {}

    /// Forty lower-case hex digits.
    public static String ofName(UUID tenant, String name) {
        try {
            byte[] text = (tenant + ":" + name.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
