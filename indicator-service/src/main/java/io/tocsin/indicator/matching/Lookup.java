package io.tocsin.indicator.matching;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.ProblemException;
import java.util.ArrayList;
import java.util.List;

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
            var keys = new ArrayList<Key>();
            switch (type) {
                case DomainName -> domains(canonical, keys);
                case Url -> url(canonical, keys);
                default -> keys.add(new Key(type, canonical));
            }
            return keys;
        } catch (ProblemException notOfThatType) {
            return List.of();
        }
    }

    private static void domains(String host, List<Key> keys) {
        for (String rest = host; rest.contains("."); rest = rest.substring(rest.indexOf('.') + 1)) {
            keys.add(new Key(IndicatorType.DomainName, rest));
        }
        keys.add(new Key(IndicatorType.Url, host));
    }

    private static void url(String url, List<Key> keys) {
        String rest = url;
        for (int i = 0; i < MOST_PATHS; i++) {
            keys.add(new Key(IndicatorType.Url, rest));
            int cut = Math.max(rest.lastIndexOf('/'), rest.lastIndexOf('?'));
            if (cut < 0) {
                break;
            }
            rest = rest.substring(0, cut);
        }
        String host = url.split("[/?]", 2)[0].replaceFirst(":\\d+$", "");
        for (String name = host; name.contains("."); name = name.substring(name.indexOf('.') + 1)) {
            keys.add(new Key(IndicatorType.DomainName, name));
        }
        keys.add(new Key(IndicatorType.IpAddress, host));
    }
}
