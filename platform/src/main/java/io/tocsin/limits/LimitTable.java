package io.tocsin.limits;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The limit of each route, from the profile and what stands above it.
@ApplicationScoped
class LimitTable {

    /// Contract 00 §5 and the table of endpoints; a blank figure is one the vendor does not state.
    static final String DOCUMENTED = "defender.csv";

    private final Map<String, CallLimit> byRoute = new HashMap<>();
    private final CallLimit others;
    private final Map<String, CallLimit> resolved = new ConcurrentHashMap<>();

    LimitTable(LimitsConfig config) {
        others = config.profile() == LimitProfile.OFF ? CallLimit.NONE : CallLimit.parse(config.eachRoute());
        if (config.profile() == LimitProfile.DEFENDER) {
            readDocumented();
        }
        config.overrides().orElse(List.of()).forEach(this::override);
    }

    /// @param route the template, for example `POST /api/machines/{id}/isolate`
    CallLimit of(String route) {
        return resolved.computeIfAbsent(route, it -> byRoute.getOrDefault(key(it), others));
    }

    private void readDocumented() {
        try (InputStream table = LimitTable.class.getResourceAsStream(DOCUMENTED)) {
            new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .forEach(this::documented);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void documented(String line) {
        String[] cells = line.split(",", -1);
        if (!cells[2].isEmpty() || !cells[3].isEmpty()) {
            byRoute.put(key(cells[0] + " " + cells[1]), new CallLimit(number(cells[2]), number(cells[3])));
        }
    }

    private static Long number(String digits) {
        return digits.isEmpty() ? null : Long.valueOf(digits);
    }

    private void override(String entry) {
        String[] parts = entry.strip().split("\\s+", 3);
        if (parts.length < 3) {
            throw new IllegalArgumentException(
                    "tocsin.limits.overrides: '" + entry + "' is not of the form POST /v1/alerts 60000/min");
        }
        byRoute.put(key(parts[0] + " " + parts[1]), CallLimit.parse(parts[2]));
    }

    /// One spelling whatever the names of ids, the arguments of a function and the case of literals; a collection's
    /// `/$count` has its figure.
    private static String key(String route) {
        return route.replaceAll("\\(.*\\)", "()")
                .replaceAll("\\{[^}]*}", "{}")
                .replaceAll("/\\$count$", "")
                .toLowerCase(Locale.ROOT);
    }
}
