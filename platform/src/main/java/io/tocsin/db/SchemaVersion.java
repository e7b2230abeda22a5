package io.tocsin.db;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// The version of the schema this build needs, and the one the database has.
@ApplicationScoped
public class SchemaVersion {

    /// The newest migration of this build; a test holds it against the migrations' folder.
    public static final String NEEDED = "202611302380";

    private static final String APPLIED =
            "select max(version) from flyway_schema_history where success and version is not null";

    private final DataSource database;

    SchemaVersion(DataSource database) {
        this.database = database;
    }

    /// The newest migration applied, or null when there is none.
    ///
    /// @throws SQLException when the database cannot be asked
    public String applied() throws SQLException {
        try (Connection connection = database.getConnection();
                var statement = connection.prepareStatement(APPLIED);
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    /// Whether the schema is at least as new as this build needs; false while the database cannot be asked.
    public boolean isReady() {
        try {
            String applied = applied();
            return applied != null && applied.compareTo(NEEDED) >= 0;
        } catch (SQLException unreachable) {
            return false;
        }
    }
}
