package io.tocsin.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Every route of the platform, from the one table `routes.csv` beside this class. The canonicaliser is fed by it, and
/// a
/// test of each service holds it against the service's own annotations, so that neither can drift.
public final class Routes {

    /// The table's resource name; listed in `quarkus.native.resources.includes` for the native image.
    static final String TABLE = "routes.csv";

    private Routes() {}

    /// All routes, in the order of the table.
    public static List<Route> all() {
        try (InputStream table = Routes.class.getResourceAsStream(TABLE)) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isBlank())
                    .map(Routes::route)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// The routes one service owns.
    public static List<Route> of(String service) {
        return all().stream().filter(route -> route.service().equals(service)).toList();
    }

    private static Route route(String line) {
        String[] cells = line.split(",", -1);
        return new Route(cells[0], cells[1], cells[2]);
    }
}
