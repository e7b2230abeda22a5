package io.tocsin.alert.incident;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/// Who may hold incidents of a tenant and alerts that are in them (docs/adr/068): one transaction that puts alerts
/// into incidents or takes them out, or any number that only change them. It is taken before the first row of either,
/// but for alerts that are in no incident yet, and let go at the transaction's end.
@ApplicationScoped
public class PlacingLock {

    private static final String KEY = "hashtext('alert.correlation'), hashtext(cast(? as text))";

    private static final String TRY = """
            select case when pg_try_advisory_xact_lock(%s) then true
                        when pg_try_advisory_xact_lock(hashtext('alert.correlating'), hashtext(cast(? as text)))
                            then place_alerts_soon(cast(? as text))
                        else false end
            """.formatted(KEY);

    /// Before PostgreSQL would have to tell which of two gives up.
    private static final String SOON = "500";

    /// Who holds the lock waits for no row of one that waits for it, so this is no deadlock, however long.
    private static final String BATCHES = "5000";

    private final Statements statements;

    PlacingLock(Statements statements) {
        this.statements = statements;
    }

    /// Waits until nobody else places alerts of the tenant or changes placed ones.
    public void alone(UUID tenant) {
        statements.list("select pg_advisory_xact_lock(" + KEY + ")", row -> true, tenant);
    }

    /// Waits until nobody places alerts of the tenant: several may change alerts and then their incidents, each in the
    /// order of their ids.
    public void withOthers(UUID tenant) {
        statements.list("select pg_advisory_xact_lock_shared(" + KEY + ")", row -> true, tenant);
    }

    /// Whether this transaction alone may place alerts of the tenant. While others change placed ones it waits a
    /// moment for its turn, which whoever comes later lets it have; not where another one waits for that already.
    ///
    /// From then on it waits for nobody's rows for long: a job comes again, a person does not like to.
    public boolean tryAlone(UUID tenant) {
        boolean alone = statements
                .list(TRY, row -> row.getBoolean(1), tenant, tenant, tenant)
                .getFirst();
        if (alone) {
            waitNotLong();
        }
        return alone;
    }

    /// As [#alone(UUID)], for a job that holds alerts already which another one may wait for: it waits for some batches
    /// of others, since what it has read would be read again, and from then on for nobody's rows for long.
    public void aloneSoon(UUID tenant) {
        waitFor(BATCHES);
        alone(tenant);
        waitNotLong();
    }

    private void waitNotLong() {
        waitFor(SOON);
    }

    private void waitFor(String milliseconds) {
        statements.list("select set_config('lock_timeout', ?, true)", row -> true, milliseconds);
    }
}
