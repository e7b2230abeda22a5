package io.tocsin.indicator;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.ProblemType;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;

/// A value in the one form in which it is compared: hashes lower-case, addresses as the system prints them, host names
/// in ASCII and lower-case, URLs as [CanonicalUrl] has them. What could mean two things is no value.
public final class CanonicalValue {

    /// No indicator is longer, as it is sent nor as it is compared.
    public static final int LONGEST = 2048;

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

    /// A value as it is answered and as endpoints get it: as it was sent, only hashes in lower-case (contract 50 §3)
    /// and a domain without the dot of the root.
    public static String answered(IndicatorType type, String value) {
        String text = value.strip();
        return switch (type) {
            case FileSha1, FileSha256, FileMd5, CertificateThumbprint -> text.toLowerCase(Locale.ROOT);
            case DomainName -> text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
            case IpAddress, Url -> text;
        };
    }

    private static String hash(String text, int digits) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.length() != digits || !lower.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw wrong(IndicatorProblem.INVALID_HASH, text, " is not a valid hash");
        }
        return lower;
    }

    private static String address(String text) {
        String address = CanonicalAddress.of(text);
        if (address == null) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + shown(text) + " is invalid");
        }
        if (CanonicalAddress.isAmbiguous(text)) {
            throw unfit(text, " is ambiguous: a part begins with a zero");
        }
        return address;
    }

    /// Only addresses of the internet can be indicators (contract 50 §7), IPv4 in its own form: endpoints would look
    /// for
    /// one that is written as IPv6 among the wrong connections.
    ///
    /// @throws ProblemException `InvalidInput` for a private or special one
    public static void requireExternal(String address) {
        String canonical = of(IndicatorType.IpAddress, address);
        if (canonical.indexOf(':') < 0 && address.indexOf(':') >= 0) {
            throw unfit(address, " is the IPv4 address " + canonical);
        }
        if (isSpecial(InetAddress.ofLiteral(canonical))) {
            throw unfit(address, " is not an external address");
        }
    }

    private static boolean isSpecial(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || (address instanceof Inet6Address six && six.isIPv4CompatibleAddress())
                || (bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc)
                || (bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xff) >= 240));
    }

    private static String domain(String text) {
        String host = CanonicalHost.of(text);
        if (host == null || host.indexOf('.') < 0) {
            throw wrong(IndicatorProblem.INVALID_DOMAIN, text, " is not a valid domain name");
        }
        return host;
    }

    private static String url(String text) {
        String url = CanonicalUrl.of(text);
        if (url == null) {
            throw wrong(IndicatorProblem.INVALID_URL, text, " is not a valid URL");
        }
        return url;
    }

    private static ProblemException wrong(ProblemType problem, String text, String what) {
        return new ProblemException(problem, "'" + shown(text) + "'" + what);
    }

    private static ProblemException unfit(String address, String why) {
        return new ProblemException(CommonProblem.INVALID_INPUT, "IP address " + shown(address.strip()) + why);
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }
}
