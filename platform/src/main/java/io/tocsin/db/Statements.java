package io.tocsin.db;

import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// Runs one SQL statement with `?` parameters on the current transaction's connection. A collection is bound as
/// `text[]`; the statement casts it when it wants another type. An array of texts, whole numbers, truths or
/// UUIDs is bound as what it is, nulls included: what `unnest` makes rows of.
@ApplicationScoped
public class Statements {

    /// Makes a value of the row the cursor stands on.
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final DataSource database;

    public Statements(DataSource database) {
        this.database = database;
    }

    /// Every row of a select.
    public <T> List<T> list(String sql, RowReader<T> reader, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            var found = new ArrayList<T>();
            while (rows.next()) {
                found.add(reader.read(rows));
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException("a statement failed: " + failed.getMessage(), failed);
        }
    }

    /// How many rows a change touched.
    public int update(String sql, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException("a statement failed: " + failed.getMessage(), failed);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object[] parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Collection<?> values) {
                statement.setArray(
                        i + 1,
                        connection.createArrayOf(
                                "text", values.stream().map(String::valueOf).toArray()));
            } else if (parameters[i] instanceof Object[] values) {
                statement.setArray(i + 1, connection.createArrayOf(elementType(values), values));
            } else {
                statement.setObject(i + 1, parameters[i]);
            }
        }
        return statement;
    }

    private static String elementType(Object[] values) {
        return switch (values) {
            case String[] _ -> "text";
            case Long[] _ -> "int8";
            case Integer[] _ -> "int4";
            case Boolean[] _ -> "bool";
            case UUID[] _ -> "uuid";
            default -> throw new IllegalArgumentException("an array of " + values.getClass());
        };
    }

    /// A `bigint` of ticks, or null.
    public static WireTime time(ResultSet row, String column) throws SQLException {
        Long ticks = number(row, column);
        return ticks == null ? null : new WireTime(ticks);
    }

    /// A whole number, or null.
    public static Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /// A `text[]`, empty when null.
    public static List<String> strings(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }
}
