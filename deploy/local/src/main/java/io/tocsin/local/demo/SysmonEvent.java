package io.tocsin.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the demo reads of a Sysmon event as NXLog writes it: every value may come as text.
record SysmonEvent(JsonNode json) {

    static final int PROCESS_CREATED = 1;
    static final int NETWORK_CONNECTION = 3;

    static final DateTimeFormatter UTC_TIME = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    static boolean isSysmon(JsonNode json) {
        return json.path("Channel").asText().contains("Sysmon")
                && json.path("EventID").asInt() > 0;
    }

    int id() {
        return json.path("EventID").asInt();
    }

    String host() {
        return text("Hostname");
    }

    String text(String field) {
        return json.path(field).asText("");
    }

    LocalDateTime time() {
        return LocalDateTime.parse(text("UtcTime"), UTC_TIME);
    }

    String timeOnTheWire() {
        return time().atOffset(ZoneOffset.UTC).format(DateTimeFormatter.ISO_INSTANT);
    }

    String fileName() {
        return fileName(text("Image"));
    }

    static String fileName(String path) {
        return path.substring(path.lastIndexOf('\\') + 1);
    }

    static String folder(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('\\')));
    }

    /// One hash of `SHA1=…,MD5=…,SHA256=…`.
    Optional<String> hash(String algorithm) {
        for (var hash : text("Hashes").split(",")) {
            if (hash.startsWith(algorithm + "=")) {
                return Optional.of(hash.substring(algorithm.length() + 1).toLowerCase(Locale.ROOT));
            }
        }
        return Optional.empty();
    }

    /// The address this machine connected to, when it is one of the internet.
    Optional<String> contactedAddress() {
        var address = text("DestinationIp");
        return id() == NETWORK_CONNECTION && text("Initiated").equalsIgnoreCase("true") && isPublic(address)
                ? Optional.of(address)
                : Optional.empty();
    }

    static boolean isPublic(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            return false;
        }
        try {
            // Only digits, dots and colons come this far, so no name is looked up.
            var parsed = InetAddress.getByName(address);
            var bytes = parsed.getAddress();
            var first = bytes[0] & 0xff;
            var second = bytes[1] & 0xff;
            return bytes.length == 4
                    ? !parsed.isAnyLocalAddress()
                            && !parsed.isLoopbackAddress()
                            && !parsed.isLinkLocalAddress()
                            && !parsed.isSiteLocalAddress()
                            && first != 0
                            && first < 224
                            && !(first == 100 && second >= 64 && second < 128)
                    // Global unicast.
                    : (first & 0xe0) == 0x20;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
