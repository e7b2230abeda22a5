package io.tocsin.indicator;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/// A value in the one form in which it is compared: hashes lower-case, addresses as the system prints them, host names
/// in
/// ASCII and lower-case, URLs with a lower-case host and without a default port.
public final class CanonicalValue {

    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern COLONS = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
    private static final int LONGEST_HOST = 253;

    private CanonicalValue() {}

    /// @throws ProblemException with the code of contract 50 §9 when it is no value of that type
    public static String of(IndicatorType type, String value) {
        String text = value.strip();
        return switch (type) {
            case FileSha1, CertificateThumbprint -> hash(text, 40);
            case FileSha256 -> hash(text, 64);
            case FileMd5 -> hash(text, 32);
            case IpAddress -> address(text);
            case DomainName -> domain(text);
            case Url -> url(text);
        };
    }

    private static String hash(String text, int digits) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.length() != digits || !lower.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw new ProblemException(IndicatorProblem.INVALID_HASH, "'" + shown(text) + "' is not a valid hash");
        }
        return lower;
    }

    private static String address(String text) {
        boolean dotted = DOTTED.matcher(text).matches();
        if (!dotted && !COLONS.matcher(text).matches()) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + shown(text) + " is invalid");
        }
        try {
            return InetAddress.ofLiteral(text).getHostAddress();
        } catch (IllegalArgumentException notOne) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + shown(text) + " is invalid");
        }
    }

    /// Only addresses of the internet can be indicators (contract 50 §7).
    ///
    /// @throws ProblemException `InvalidInput` for a private or special one
    public static void requireExternal(String canonicalAddress) {
        try {
            InetAddress address = InetAddress.getByName(canonicalAddress);
            byte[] bytes = address.getAddress();
            boolean special = address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || address.isMulticastAddress()
                    || (bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc)
                    || (bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xff) >= 240));
            if (special) {
                throw new ProblemException(
                        CommonProblem.INVALID_INPUT, "IP address " + canonicalAddress + " is not an external address");
            }
        } catch (UnknownHostException impossible) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + canonicalAddress + " is invalid");
        }
    }

    private static String domain(String text) {
        String host = host(text);
        if (host == null || host.indexOf('.') < 0 || DOTTED.matcher(host).matches()) {
            throw new ProblemException(
                    IndicatorProblem.INVALID_DOMAIN, "'" + shown(text) + "' is not a valid domain name");
        }
        return host;
    }

    /// The host in ASCII and lower-case, or null when it is none.
    static String host(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        try {
            String ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
            if (ascii.isEmpty() || ascii.length() > LONGEST_HOST) {
                return null;
            }
            for (String label : ascii.split("\\.", -1)) {
                if (!LABEL.matcher(label).matches()) {
                    return null;
                }
            }
            return ascii;
        } catch (IllegalArgumentException notAName) {
            return null;
        }
    }

    private static String url(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            String host = uri.getHost() == null ? null : bare(uri.getHost());
            if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw new ProblemException(IndicatorProblem.INVALID_URL, "'" + shown(text) + "' is not a valid URL");
            }
            boolean defaultPort = uri.getPort() < 0 || uri.getPort() == (scheme.equals("https") ? 443 : 80);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String whole = host + (defaultPort ? "" : ":" + uri.getPort()) + path + query;
            return whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
        } catch (URISyntaxException notAUrl) {
            throw new ProblemException(IndicatorProblem.INVALID_URL, "'" + shown(text) + "' is not a valid URL");
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.toLowerCase(Locale.ROOT) : host(host);
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
