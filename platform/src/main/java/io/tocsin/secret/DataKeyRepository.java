package io.tocsin.secret;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The table of data keys, of which this service sees its own only.
@ApplicationScoped
class DataKeyRepository {

    private static final String COLUMNS = "tenant_id, id, generation, master_key, wrapped";

    private final DataSource database;
    private final String service;

    DataKeyRepository(DataSource database, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.database = database;
        this.service = service;
    }

    String service() {
        return service;
    }

    /// The tenant's newest key, due when it is older than `renewAfter`.
    Optional<WrappedKey> newest(UUID tenant, Duration renewAfter) {
        return list(
                        "select " + COLUMNS + ", created_at < now() - ? * interval '1 second' as due from data_key"
                                + " where tenant_id = ? and service = ? order by generation desc limit 1",
                        row -> read(row, row.getBoolean("due")),
                        renewAfter.toSeconds(),
                        tenant,
                        service)
                .stream()
                .findFirst();
    }

    Optional<WrappedKey> find(UUID tenant, UUID id) {
        return list(
                        "select " + COLUMNS + " from data_key where tenant_id = ? and service = ? and id = ?",
                        row -> read(row, false),
                        tenant,
                        service,
                        id)
                .stream()
                .findFirst();
    }

    /// Stores a key; false when another replica stored one of the same generation first.
    boolean add(WrappedKey key) {
        return update(
                        "insert into data_key (tenant_id, service, id, generation, master_key, wrapped)"
                                + " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                        key.tenant(),
                        service,
                        key.id(),
                        key.generation(),
                        key.masterKey(),
                        key.wrapped())
                == 1;
    }

    /// Some keys that another master key of the ring wraps than the current one, locked to the end of the
    /// transaction.
    List<WrappedKey> outdated(MasterKeyRing ring, Duration rest, int most) {
        return list(
                "select " + COLUMNS + " from data_key where service = ?"
                        + " and master_key <> ? and master_key = any (string_to_array(?, ','))"
                        + " and wrapped_at <= now() - ? * interval '1 second'"
                        + " order by wrapped_at limit ? for update skip locked",
                row -> read(row, false),
                service,
                ring.current(),
                String.join(",", ring.ids()),
                rest.toSeconds(),
                most);
    }

    /// Replaces the wrapping and nothing else; false when it is another one meanwhile.
    boolean rewrap(WrappedKey before, WrappedKey after) {
        return update(
                        "update data_key set master_key = ?, wrapped = ?, wrapped_at = now()"
                                + " where tenant_id = ? and service = ? and id = ? and master_key = ?",
                        after.masterKey(),
                        after.wrapped(),
                        before.tenant(),
                        service,
                        before.id(),
                        before.masterKey())
                == 1;
    }

    /// How many keys each master key wraps.
    Map<String, Long> countByMasterKey() {
        var counts = new HashMap<String, Long>();
        list(
                "select master_key, count(*) as keys from data_key where service = ? group by master_key",
                row -> counts.put(row.getString("master_key"), row.getLong("keys")),
                service);
        return counts;
    }

    private static WrappedKey read(ResultSet row, boolean due) throws SQLException {
        return new WrappedKey(
                row.getObject("tenant_id", UUID.class),
                row.getObject("id", UUID.class),
                row.getInt("generation"),
                row.getString("master_key"),
                row.getBytes("wrapped"),
                due);
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(String sql, RowReader<T> reader, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            var found = new ArrayList<T>();
            while (rows.next()) {
                found.add(reader.read(rows));
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException("data keys could not be read: " + failed.getMessage(), failed);
        }
    }

    private int update(String sql, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException("a data key could not be stored: " + failed.getMessage(), failed);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object[] parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
