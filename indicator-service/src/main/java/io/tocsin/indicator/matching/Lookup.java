package io.tocsin.indicator.matching;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The keys under which an indicator could speak of a value: the value itself, a domain's parents, a URL's shorter
/// paths
/// and its host.
final class Lookup {

    /// @param type of the indicator
    /// @param value in canonical form
    record Key(IndicatorType type, String value) {}

    private static final int MOST_PATHS = 32;

    private Lookup() {}

    /// Empty when the value is none of its type.
    static List<Key> keys(IndicatorType type, String value) {
        try {
            String canonical = CanonicalValue.of(type, value);
            var keys = new LinkedHashSet<Key>();
            add(keys, type, canonical);
            switch (type) {
                case DomainName -> {
                    domains(canonical, keys);
                    add(keys, IndicatorType.Url, canonical);
                }
                case Url -> url(canonical, keys);
                default -> {}
            }
            return new ArrayList<>(keys);
        } catch (ProblemException notOfThatType) {
            return List.of();
        }
    }

    private static void domains(String host, Set<Key> keys) {
        for (String rest = host; rest.contains("."); rest = rest.substring(rest.indexOf('.') + 1)) {
            add(keys, IndicatorType.DomainName, rest);
        }
    }

    /// From the host down: nobody gets past an indicator by asking for something deep enough.
    private static void url(String url, Set<Key> keys) {
        String path = url.split("\\?", 2)[0];
        int end = path.indexOf('/');
        for (int i = 0; i < MOST_PATHS && end >= 0 && end <= CanonicalValue.LONGEST; i++) {
            add(keys, IndicatorType.Url, path.substring(0, end));
            end = path.indexOf('/', end + 1);
        }
        add(keys, IndicatorType.Url, path);
        String host = path.split("/", 2)[0].replaceFirst(":\\d+$", "");
        domains(host, keys);
        add(keys, IndicatorType.IpAddress, host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    }

    private static void add(Set<Key> keys, IndicatorType type, String value) {
        if (value.length() <= CanonicalValue.LONGEST) {
            keys.add(new Key(type, value));
        }
    }
}
