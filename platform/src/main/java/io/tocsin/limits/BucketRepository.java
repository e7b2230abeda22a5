package io.tocsin.limits;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Leases calls by one statement of its own, never within a transaction of the request.
@ApplicationScoped
class BucketRepository {

    private final DataSource database;
    private final String service;

    BucketRepository(DataSource database, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.database = database;
        this.service = service;
    }

    Leases.Answer lease(Bucket bucket, CallLimit limit, long wanted) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "select granted, lease_millis, refill_millis from lease_calls(?, ?, ?, ?, ?, ?, ?)")) {
            statement.setObject(1, bucket.tenant());
            statement.setString(2, service);
            statement.setString(3, bucket.application());
            statement.setString(4, bucket.route());
            statement.setObject(5, limit.perMinute(), Types.BIGINT);
            statement.setObject(6, limit.perHour(), Types.BIGINT);
            statement.setLong(7, wanted);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Leases.Answer(
                        row.getLong("granted"),
                        row.getLong("lease_millis"),
                        row.getObject("refill_millis", Long.class));
            }
        }
    }

    /// Removes the buckets of this service whose windows are both over: an hour without a call.
    int removeExpired() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                delete from rate_bucket where service = ?
                    and minute_opened < now() - interval '1 hour' and hour_opened < now() - interval '1 hour'
                """)) {
            statement.setString(1, service);
            return statement.executeUpdate();
        }
    }
}
