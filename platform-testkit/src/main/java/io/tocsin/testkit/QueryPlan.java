package io.tocsin.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How PostgreSQL would answer a query.
///
/// @param json as `explain` tells it
public record QueryPlan(String json) {

    private static final Pattern SEQUENTIAL =
            Pattern.compile("\"Node Type\": \"Seq Scan\".*?\"Relation Name\": \"(\\w+)\"", Pattern.DOTALL);

    /// The plan for these very parameters.
    public static QueryPlan of(Connection connection, String sql, Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement("explain (format json) " + sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var rows = statement.executeQuery()) {
                rows.next();
                return new QueryPlan(rows.getString(1));
            }
        }
    }

    /// The tables it reads from end to end.
    public Set<String> readWhole() {
        return SEQUENTIAL
                .matcher(json)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
