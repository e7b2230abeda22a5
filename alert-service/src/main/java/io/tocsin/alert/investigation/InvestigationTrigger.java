package io.tocsin.alert.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.alert.feed.Change;
import io.tocsin.alert.feed.ChangeLog;
import io.tocsin.feed.Place;
import io.tocsin.jobs.Job;
import io.tocsin.outbox.Outbox;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Holds each change of an alert against the tenant's policies and writes down what is to be asked for, in the
/// transaction that moves on. Who investigates is told the incident: an alert that is in none yet changes when it gets
/// one, and is looked at then. The group of a machine may not be known yet: that is looked at when it is asked.
@ApplicationScoped
class InvestigationTrigger implements Job {

    private static final int AT_ONCE = 500;
    private static final int MOST_LOOKS = 20;

    private final InvestigationRepository investigations;
    private final ChangeLog log;
    private final Outbox outbox;

    InvestigationTrigger(InvestigationRepository investigations, ChangeLog log, Outbox outbox) {
        this.investigations = investigations;
        this.log = log;
        this.outbox = outbox;
    }

    @Override
    public String name() {
        return "investigation-trigger";
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(250);
    }

    @Override
    public void run() {
        for (UUID tenant : investigations.tenants()) {
            try {
                follow(tenant);
            } catch (RuntimeException failed) {
                Log.warnf(failed, "Alerts were not held against policies of investigations: tenant=%s", tenant);
            }
        }
    }

    private void follow(UUID tenant) {
        investigations.prune(tenant);
        for (int look = 0; look < MOST_LOOKS; look++) {
            if (!QuarkusTransaction.requiringNew().call(() -> look(tenant))) {
                return;
            }
        }
    }

    /// Whether there is more.
    private boolean look(UUID tenant) {
        Place from = investigations.place(tenant).orElse(null);
        if (from == null) {
            return false;
        }
        InvestigationPoliciesView policies = investigations.policies(tenant).orElse(InvestigationPoliciesView.USUAL);
        ChangeLog.Look look = log.after(tenant, from, AT_ONCE);
        if (look.changes().isEmpty() || !investigations.move(tenant, from, look.end())) {
            return false;
        }
        Set<String> changed =
                look.of(Change.Subject.Alert).stream().map(Change::subject).collect(Collectors.toSet());
        if (!changed.isEmpty()) {
            investigations.alerts(tenant, changed).stream()
                    .filter(alert -> alert.incidentId() != null)
                    .filter(policies::asksFor)
                    .forEach(alert -> outbox.add(
                            tenant,
                            InvestigationDelivery.DESTINATION,
                            InvestigationDelivery.KIND,
                            alert.id(),
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("machineId", alert.machineId())
                                    .put("incidentId", alert.incidentId())));
        }
        return look.more();
    }
}
