package io.tocsin.testkit;

import io.tocsin.odata.ODataQuery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

    /// An index that finds nothing but the tenant's rows: all of them.
    private static final Pattern TENANT_ALONE = Pattern.compile("\"Index Cond\": \"\\(tenant_id = [^()]*\\)\"");

    /// The plan for a page as the repositories ask for one.
    ///
    /// @param own the repository's own condition, of which the first parameter is the tenant
    public static QueryPlan ofPage(
            Connection connection, String table, String own, List<?> ownParameters, ODataQuery query)
            throws SQLException {
        var parameters = new ArrayList<Object>(ownParameters);
        parameters.addAll(query.parameters());
        String sql = "select * from " + table + " where " + own + " and (" + query.where() + ") " + query.page();
        return of(connection, sql, parameters.toArray());
    }

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

    /// Whether it goes through every row of the tenant.
    public boolean readsWholeTenant() {
        return TENANT_ALONE.matcher(json).find();
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
