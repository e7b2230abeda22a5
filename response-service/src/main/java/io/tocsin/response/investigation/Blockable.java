package io.tocsin.response.investigation;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What of the evidence an indicator can block (contract 50 §7): an address of the internet, a domain, a URL of the
/// web, a file by its SHA-256.
///
/// @param type of the indicator
/// @param value of the indicator
record Blockable(String type, String value) {

    /// Longer ones are keys of no index.
    private static final int LONGEST = 1_000;

    private static final Pattern URL =
            Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*)://)?(?:[^/?#@]*@)?(\\[[^]]*]|[^/:?#]*)(.*)", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?");

    /// Nothing where no indicator would be taken.
    static Optional<Blockable> of(Evidence.Found found) {
        String value = found.value().strip();
        if (value.length() > LONGEST || !value.equals(found.value())) {
            return Optional.empty();
        }
        return switch (found.kind()) {
            case "Ip" -> address(value);
            case "Url" -> url(value);
            case "File" -> Optional.of(new Blockable("FileSha256", value));
            default -> Optional.empty();
        };
    }

    private static Optional<Blockable> url(String text) {
        Matcher url = URL.matcher(text);
        if (!url.matches() || (url.group(1) != null && !url.group(1).matches("(?i)https?"))) {
            return Optional.empty();
        }
        String host = url.group(2);
        boolean literal = LITERAL.matcher(host).matches();
        boolean reachable = literal ? address(host).isPresent() : host.indexOf('.') > 0;
        if (!reachable) {
            return Optional.empty();
        }
        if (url.group(1) != null || !url.group(3).isEmpty()) {
            return Optional.of(new Blockable("Url", text));
        }
        return literal ? address(host) : Optional.of(new Blockable("DomainName", host));
    }

    private static Optional<Blockable> address(String text) {
        try {
            InetAddress address =
                    InetAddress.ofLiteral(text.startsWith("[") ? text.substring(1, text.length() - 1) : text);
            return isExternal(address)
                    ? Optional.of(new Blockable("IpAddress", address.getHostAddress()))
                    : Optional.empty();
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    private static boolean isExternal(InetAddress address) {
        int first = address.getAddress()[0] & 0xff;
        boolean special = address instanceof Inet6Address ? (first & 0xfe) == 0xfc : first == 0 || first >= 240;
        return !special
                && !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isSiteLocalAddress()
                && !address.isMulticastAddress();
    }
}
