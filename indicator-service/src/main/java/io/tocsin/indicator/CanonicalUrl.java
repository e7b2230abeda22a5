package io.tocsin.indicator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A URL as hosts, proxies and browsers agree to read it: without scheme, user, default port and fragment, its folders
/// resolved, its characters escaped where they must be and only there.
final class CanonicalUrl {

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\[\\]]*]|[^:\\[\\]]*)(?::(\\d{0,5}))?");
    private static final Pattern NEVER_SENT = Pattern.compile("[\\x00-\\x1f\\x7f\\p{Cs}]");
    private static final String UNRESERVED = "-._~";
    private static final String DELIMITERS = "!$&'()*+,;=:@/?";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private CanonicalUrl() {}

    /// Null when it is none.
    static String of(String text) {
        Matcher scheme = SCHEME.matcher(text);
        boolean schemed = scheme.lookingAt();
        if (NEVER_SENT.matcher(text).find() || (schemed && !scheme.group(1).matches("(?i)https?"))) {
            return null;
        }
        String rest = schemed ? text.substring(scheme.end()) : text;
        int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int query = rest.indexOf('?');
        String hierarchy = query < 0 ? rest : rest.substring(0, query);
        int path = hierarchy.indexOf('/');
        String authority = authority(path < 0 ? hierarchy : hierarchy.substring(0, path), schemed);
        if (authority == null) {
            return null;
        }
        return authority
                + (path < 0 ? "" : path(hierarchy.substring(path)))
                + (query < 0 || query + 1 == rest.length() ? "" : "?" + escaped(rest.substring(query + 1)));
    }

    private static String authority(String text, boolean schemed) {
        int user = schemed ? text.indexOf('@') : -1;
        Matcher form = AUTHORITY.matcher(text.substring(user + 1));
        if (text.indexOf('\\') >= 0 || !form.matches()) {
            return null;
        }
        String host = host(form.group(1));
        int port = form.group(2) == null || form.group(2).isEmpty() ? 80 : Integer.parseInt(form.group(2));
        if (host == null || port > 65_535) {
            return null;
        }
        return port == 80 || port == 443 ? host : host + ":" + port;
    }

    private static String host(String text) {
        boolean bracketed = text.startsWith("[");
        if (!bracketed && !CanonicalAddress.isDotted(text)) {
            return CanonicalHost.of(text);
        }
        String literal = bracketed ? text.substring(1, text.length() - 1) : text;
        String address = CanonicalAddress.isAmbiguous(literal) ? null : CanonicalAddress.of(literal);
        if (address == null || (bracketed && CanonicalAddress.isDotted(literal))) {
            return null;
        }
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    /// A backslash divides as browsers have it.
    private static String path(String text) {
        var folders = new ArrayDeque<String>();
        for (String folder : escaped(text.replace('\\', '/')).split("/")) {
            switch (folder) {
                case "", "." -> {}
                case ".." -> folders.pollLast();
                default -> folders.add(folder);
            }
        }
        return folders.isEmpty() ? "" : "/" + String.join("/", folders);
    }

    private static String escaped(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        var escaped = new StringBuilder(octets.length);
        for (int i = 0; i < octets.length; i++) {
            byte octet = octets[i];
            boolean wasEscaped = octet == '%' && i + 2 < octets.length && isHex(octets[i + 1]) && isHex(octets[i + 2]);
            if (wasEscaped) {
                octet = (byte) (HexFormat.fromHexDigit(octets[i + 1]) * 16 + HexFormat.fromHexDigit(octets[i + 2]));
                i += 2;
            }
            if (isUnreserved(octet) || (!wasEscaped && DELIMITERS.indexOf(octet) >= 0)) {
                escaped.append((char) octet);
            } else {
                escaped.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return escaped.toString();
    }

    private static boolean isHex(byte octet) {
        return HexFormat.isHexDigit(octet);
    }

    private static boolean isUnreserved(byte octet) {
        return (octet > 0 && Character.isLetterOrDigit(octet)) || UNRESERVED.indexOf(octet) >= 0;
    }
}
