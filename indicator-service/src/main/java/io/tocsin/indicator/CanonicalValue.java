package io.tocsin.indicator;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.ProblemType;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;

/// A value in the one form in which it is compared: hashes lower-case, addresses as the system prints them, host names
/// in ASCII and lower-case, URLs as [CanonicalUrl] has them. What could mean two things is no value.
public final class CanonicalValue {

    /// No indicator is longer, as it is sent nor as it is compared.
    public static final int LONGEST = 2048;

    /// What a domain begins with that stands for all below it.
    public static final String WILDCARD = "*.";

    /// What a certificate begins with that is not named by its own thumbprint but by who issued it.
    public static final String ISSUER = "issuer:";

    private static final int LARGEST_FOUR = 8;
    private static final int LARGEST_SIX = 16;
    private static final int LONGEST_ISSUER = 1_024;
    private static final List<String> SPECIAL = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
            "::/80",
            "fc00::/7",
            "fe80::/9",
            "ff00::/8");

    private CanonicalValue() {}

    /// @throws ProblemException with the code of contract 50 §9 when it is no value of that type
    public static String of(IndicatorType type, String value) {
        String text = value.strip();
        return switch (type) {
            case FileSha1 -> hash(text, 40);
            case CertificateThumbprint -> isIssuer(text) ? issuer(text) : hash(text, 40);
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
            case FileSha1, FileSha256, FileMd5 -> text.toLowerCase(Locale.ROOT);
            case CertificateThumbprint ->
                isIssuer(text) ? ISSUER + text.substring(ISSUER.length()).strip() : text.toLowerCase(Locale.ROOT);
            case DomainName -> text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
            case IpAddress, Url -> text;
        };
    }

    static boolean isIssuer(String text) {
        return text.strip().regionMatches(true, 0, ISSUER, 0, ISSUER.length());
    }

    /// A name as certificates have it, `CN=Bad CA, O=Bad`: senders differ in case and in space.
    private static String issuer(String text) {
        String name = text.substring(ISSUER.length()).strip().toLowerCase(Locale.ROOT);
        String plain = name.replaceAll("\\s+", " ").replaceAll(" ?([,=]) ?", "$1");
        if (plain.isEmpty() || plain.length() > LONGEST_ISSUER || plain.chars().anyMatch(c -> c < ' ')) {
            throw wrong(IndicatorProblem.INVALID_HASH, text, " names no issuer");
        }
        return ISSUER + plain;
    }

    private static String hash(String text, int digits) {
        if (isPlainHash(text, digits)) {
            return text;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.length() != digits || !lower.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw wrong(IndicatorProblem.INVALID_HASH, text, " is not a valid hash");
        }
        return lower;
    }

    /// Most are canonical as they come.
    private static boolean isPlainHash(String text, int digits) {
        if (text.length() != digits) {
            return false;
        }
        for (int i = 0; i < digits; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static String address(String text) {
        if (CanonicalRange.isRange(text)) {
            return range(text);
        }
        String address = CanonicalAddress.of(text);
        if (address == null) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + shown(text) + " is invalid");
        }
        if (CanonicalAddress.isAmbiguous(text)) {
            throw unfit(text, " is ambiguous: a part begins with a zero");
        }
        return address;
    }

    private static String range(String text) {
        String range = CanonicalRange.of(text);
        if (range == null) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + shown(text) + " is invalid");
        }
        return range;
    }

    /// Only addresses of the internet can be indicators (contract 50 §7), IPv4 in its own form: endpoints would look
    /// for
    /// one that is written as IPv6 among the wrong connections.
    ///
    /// @throws ProblemException `InvalidInput` for a private or special one
    public static void requireExternal(String address) {
        String canonical = of(IndicatorType.IpAddress, address);
        if (CanonicalRange.isRange(canonical)) {
            requireExternalRange(address, canonical);
            return;
        }
        if (canonical.indexOf(':') < 0 && address.indexOf(':') >= 0) {
            throw unfit(address, " is the IPv4 address " + canonical);
        }
        if (isSpecial(InetAddress.ofLiteral(canonical))) {
            throw unfit(address, " is not an external address");
        }
    }

    private static void requireExternalRange(String address, String canonical) {
        int slash = canonical.indexOf('/');
        byte[] first = InetAddress.ofLiteral(canonical.substring(0, slash)).getAddress();
        int length = Integer.parseInt(canonical, slash + 1, canonical.length(), 10);
        if (length < (first.length == 4 ? LARGEST_FOUR : LARGEST_SIX)) {
            throw unfit(address, " is too large a range");
        }
        if (SPECIAL.stream().anyMatch(special -> CanonicalRange.overlap(special, canonical))) {
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

    /// `*.bad.example` is what lies below `bad.example`, without itself.
    private static String domain(String text) {
        boolean wild = text.startsWith(WILDCARD);
        String host = CanonicalHost.of(wild ? text.substring(WILDCARD.length()) : text);
        if (host == null || host.indexOf('.') < 0) {
            throw wrong(IndicatorProblem.INVALID_DOMAIN, text, " is not a valid domain name");
        }
        return wild ? WILDCARD + host : host;
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
