package io.tocsin.db;

import io.quarkus.logging.Log;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Ends a process that was started with the profile `migrate` as soon as the migrations are done (they run at start,
/// and a
/// failed one ends the start with a non-zero code).
@ApplicationScoped
class MigrateAndExit {

    private final boolean wanted;

    MigrateAndExit(@ConfigProperty(name = "tocsin.migrate-and-exit", defaultValue = "false") boolean wanted) {
        this.wanted = wanted;
    }

    void onStart(@Observes StartupEvent started) {
        if (wanted) {
            Log.infof("Schema migrated, exiting: version=%s", SchemaVersion.NEEDED);
            Quarkus.asyncExit(0);
        }
    }
}
