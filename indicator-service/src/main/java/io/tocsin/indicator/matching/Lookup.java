package io.tocsin.indicator.matching;

import io.tocsin.indicator.CanonicalRange;
import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.PrefixLengths;
import io.tocsin.wire.ProblemException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The keys under which an indicator could speak of a value: the value itself, a domain's parents, a URL's shorter
/// paths
/// and its host, the ranges an address lies in.
final class Lookup {

    /// @param type of the indicator
    /// @param value in canonical form
    record Key(IndicatorType type, String value) {}

    private static final int MOST_PATHS = 32;

    private final Set<Key> keys = new LinkedHashSet<>();
    private final PrefixLengths lengths;

    private Lookup(PrefixLengths lengths) {
        this.lengths = lengths;
    }

    /// Empty when the value is none of its type.
    ///
    /// @param lengths those that ranges of addresses have
    static List<Key> keys(IndicatorType type, String value, PrefixLengths lengths) {
        try {
            String canonical = CanonicalValue.of(type, value);
            switch (type) {
                case IpAddress, DomainName, Url -> {
                    var lookup = new Lookup(lengths);
                    lookup.network(type, canonical);
                    return new ArrayList<>(lookup.keys);
                }
                default -> {
                    return List.of(new Key(type, canonical));
                }
            }
        } catch (ProblemException notOfThatType) {
            return List.of();
        }
    }

    private void network(IndicatorType type, String canonical) {
        add(type, canonical);
        switch (type) {
            case DomainName -> {
                domains(canonical);
                add(IndicatorType.Url, canonical);
            }
            case Url -> url(canonical);
            default -> {
                if (!CanonicalRange.isRange(canonical)) {
                    ranges(canonical);
                }
            }
        }
    }

    private void domains(String host) {
        for (String rest = host; rest.contains("."); rest = rest.substring(rest.indexOf('.') + 1)) {
            add(IndicatorType.DomainName, rest);
            if (rest.length() < host.length()) {
                add(IndicatorType.DomainName, "*." + rest);
            }
        }
    }

    private void ranges(String address) {
        boolean six = address.indexOf(':') >= 0;
        List<Integer> present = lengths.of(six);
        if (present.isEmpty()) {
            return;
        }
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        present.forEach(length -> add(IndicatorType.IpAddress, CanonicalRange.around(bytes, length)));
    }

    /// From the host down: nobody gets past an indicator by asking for something deep enough.
    private void url(String url) {
        String path = url.split("\\?", 2)[0];
        int end = path.indexOf('/');
        for (int i = 0; i < MOST_PATHS && end >= 0 && end <= CanonicalValue.LONGEST; i++) {
            add(IndicatorType.Url, path.substring(0, end));
            end = path.indexOf('/', end + 1);
        }
        add(IndicatorType.Url, path);
        String host = path.split("/", 2)[0].replaceFirst(":\\d+$", "");
        domains(host);
        String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        add(IndicatorType.IpAddress, literal);
        if (host.startsWith("[") || isQuad(literal)) {
            ranges(literal);
        }
    }

    /// No host name ends in a digit alone.
    private static boolean isQuad(String host) {
        return !host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private void add(IndicatorType type, String value) {
        if (value.length() <= CanonicalValue.LONGEST) {
            keys.add(new Key(type, value));
        }
    }
}
