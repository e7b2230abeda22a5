package io.tocsin.response.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// An address of a machine, in the order of the recordings (wire-facts §5); `null` is what was not told.
///
/// @param macAddress twelve hexadecimal digits without separators
@RegisterForReflection
public record MachineIpAddress(
        String ipAddress, String macAddress, InterfaceType type, IpInterfaceOperationalStatus operationalStatus) {

    private static final int LONGEST = 64;
    private static final Pattern SEPARATORS = Pattern.compile("[-:.]");
    private static final Pattern TWELVE_DIGITS = Pattern.compile("[0-9A-F]{12}");

    /// Agents write these in the words of their systems, and rows of earlier releases hold those words: whatever is
    /// read, only the contract's leave.
    public static MachineIpAddress of(JsonNode told) {
        String type = text(told, "type");
        String status = text(told, "operationalStatus");
        return new MachineIpAddress(
                text(told, "ipAddress"),
                digits(text(told, "macAddress")),
                type == null ? null : InterfaceType.named(type),
                status == null ? null : IpInterfaceOperationalStatus.named(status));
    }

    static List<MachineIpAddress> listOf(JsonNode stored) {
        return stored.valueStream().map(MachineIpAddress::of).toList();
    }

    private static String text(JsonNode told, String member) {
        String text = told.path(member).asText("").strip();
        return text.isEmpty() || text.length() > LONGEST ? null : text;
    }

    private static String digits(String macAddress) {
        if (macAddress == null) {
            return null;
        }
        String digits = SEPARATORS.matcher(macAddress).replaceAll("").toUpperCase(Locale.ROOT);
        return TWELVE_DIGITS.matcher(digits).matches() ? digits : null;
    }
}
