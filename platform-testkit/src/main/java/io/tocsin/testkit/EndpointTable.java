package io.tocsin.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// `endpoints.csv`: every endpoint of the partner API with the permissions its pages name, their slips resolved as
/// contract 00 §2.1 rule 3 says, and every route of our own. Nothing here is read from the code under test.
final class EndpointTable {

    private static final String TABLE = "endpoints.csv";
    private static final String OUTSIDE_QUOTES = ",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";

    private EndpointTable() {}

    static List<Endpoint> all() {
        try (InputStream table = EndpointTable.class.getResourceAsStream(TABLE)) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(EndpointTable::endpoint)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static List<Endpoint> of(String service) {
        return all().stream().filter(row -> row.service().equals(service)).toList();
    }

    private static Endpoint endpoint(String line) {
        String[] cells = line.split(OUTSIDE_QUOTES, -1);
        Endpoint.Access access = switch (cells[3]) {
            case "device" -> Endpoint.Access.DEVICE;
            case "body" -> Endpoint.Access.BODY;
            case "open" -> Endpoint.Access.OPEN;
            default -> Endpoint.Access.TOKEN;
        };
        return new Endpoint(
                cells[0],
                cells[1],
                cells[2].replace("\"", ""),
                access,
                access == Endpoint.Access.TOKEN ? names(cells[3]) : List.of(),
                names(cells[4]),
                Endpoint.Effect.valueOf(cells[5].toUpperCase(Locale.ROOT)));
    }

    private static List<String> names(String cell) {
        return Stream.of(cell.split(" / ")).filter(name -> !name.isEmpty()).toList();
    }
}
