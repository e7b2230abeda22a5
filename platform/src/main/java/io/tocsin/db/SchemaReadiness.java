package io.tocsin.db;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while PostgreSQL answers and its schema is new enough; so a pod started before the migration waits for
/// it.
@Readiness
@ApplicationScoped
class SchemaReadiness implements HealthCheck {

    private final SchemaVersion schema;

    SchemaReadiness(SchemaVersion schema) {
        this.schema = schema;
    }

    @Override
    public HealthCheckResponse call() {
        var answer = HealthCheckResponse.named("schema").withData("needed", SchemaVersion.NEEDED);
        try {
            String applied = schema.applied();
            boolean newEnough = applied != null && applied.compareTo(SchemaVersion.NEEDED) >= 0;
            if (!newEnough) {
                answer.withData("reason", "The migration of this release has not run");
            }
            return answer.withData("applied", String.valueOf(applied))
                    .status(newEnough)
                    .build();
        } catch (SQLException unreachable) {
            return answer.withData("reason", "PostgreSQL does not answer")
                    .down()
                    .build();
        }
    }
}
