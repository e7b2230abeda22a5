package io.tocsin.indicator.index;

import io.tocsin.indicator.IndicatorType;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Collects the lengths of address ranges. None is ever forgotten before the index is built anew: one that is used no
/// more costs a look-up.
final class Prefixes {

    private final Map<UUID, PrefixLengths> before;
    private Map<UUID, PrefixLengths> changed;

    Prefixes(Map<UUID, PrefixLengths> before) {
        this.before = before;
    }

    void add(UUID tenant, IndicatorType type, String value) {
        if (type != IndicatorType.IpAddress) {
            return;
        }
        int slash = value.indexOf('/');
        if (slash < 0) {
            return;
        }
        Map<UUID, PrefixLengths> now = changed == null ? before : changed;
        PrefixLengths known = now.getOrDefault(tenant, PrefixLengths.NONE);
        PrefixLengths with =
                known.with(value.indexOf(':') >= 0, Integer.parseInt(value, slash + 1, value.length(), 10));
        if (!with.equals(known)) {
            changed = changed == null ? new HashMap<>(before) : changed;
            changed.put(tenant, with);
        }
    }

    Map<UUID, PrefixLengths> all() {
        return changed == null ? before : Map.copyOf(changed);
    }
}
