package io.tocsin.wire;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What callers and agents may give for an IP address.
public final class IpLiteral {

    private static final Pattern QUAD = Pattern.compile("((0|[1-9][0-9]{0,2})(\\.(?!$)|$)){4}");

    private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

    private IpLiteral() {}

    /// Whether it is a literal: IPv6 without a zone, or IPv4 in four parts without leading zeros, which some read as
    /// octal. Nothing is looked up.
    public static boolean isOne(String text) {
        try {
            return (text.indexOf(':') >= 0 && text.indexOf('%') < 0
                            || QUAD.matcher(text).matches())
                    && InetAddress.ofLiteral(text) != null;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    /// The one spelling of an address (RFC 5952), or nothing when it is none. An IPv4 address written as IPv6 is the
    /// IPv4 one.
    public static Optional<String> canonical(String text) {
        if (!isOne(text)) {
            return Optional.empty();
        }
        InetAddress address = InetAddress.ofLiteral(text);
        return Optional.of(address instanceof Inet6Address ? shortened(address) : address.getHostAddress());
    }

    /// How senders write an address: as it is given, short, long, and with its zeros, each in lower case.
    ///
    /// @param text which [#isOne]
    public static List<String> spellings(String text) {
        InetAddress address = InetAddress.ofLiteral(text);
        String whole = address instanceof Inet6Address
                ? Stream.of(address.getHostAddress().split(":"))
                        .map(group -> "0".repeat(4 - group.length()) + group)
                        .collect(Collectors.joining(":"))
                : address.getHostAddress();
        return Stream.of(text.toLowerCase(Locale.ROOT), required(text), address.getHostAddress(), whole)
                .distinct()
                .toList();
    }

    /// The address of a path of `/api/ips` (contract 60 §2).
    ///
    /// @throws ProblemException 400 `InvalidIpAddress` when it is none
    public static String required(String text) {
        return canonical(text)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.INVALID_IP_ADDRESS, "'" + text + "' is not an IP address"));
    }

    /// Its longest run of two zero groups or more, the first of equals, becomes `::`.
    private static String shortened(InetAddress address) {
        String groups = address.getHostAddress();
        int from = 0;
        int to = 0;
        for (Matcher run = ZEROS.matcher(groups); run.find(); ) {
            if (run.end() - run.start() > to - from) {
                from = run.start();
                to = run.end();
            }
        }
        if (from == to) {
            return groups;
        }
        String before = groups.substring(0, from);
        String after = groups.substring(to);
        return (before.isEmpty() || before.endsWith(":") ? before : before + ":")
                + (before.isEmpty() ? "::" : ":")
                + (after.startsWith(":") ? after.substring(1) : after);
    }
}
