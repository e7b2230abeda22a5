package io.tocsin.alert.investigation;

import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Lets alerts say how their investigation stands: response-service writes it down, and shows it in a view
/// (docs/adr/037).
@ApplicationScoped
class InvestigationStates implements Job {

    private static final int AT_ONCE = 500;
    private static final int MOST_LOOKS = 20;

    private static final String FOLLOW = """
            with moved as (
                select a.tenant_id, a.id, v.investigation_id, v.investigation_state
                from alert a join alert_investigation v on v.tenant_id = a.tenant_id and v.alert_id = a.id
                where a.investigation_state in ('Queued', 'Running', 'PendingApproval', 'PendingResource')
                  and (a.investigation_id, a.investigation_state) is distinct from (v.investigation_id, v.investigation_state)
                order by a.tenant_id, a.id limit ? for no key update of a skip locked)
            update alert a set investigation_id = m.investigation_id, investigation_state = m.investigation_state,
                last_update_ticks = greatest(a.last_update_ticks + 1, ?)
            from moved m where a.tenant_id = m.tenant_id and a.id = m.id
            """;

    private final Statements statements;

    InvestigationStates(Statements statements) {
        this.statements = statements;
    }

    @Override
    public String name() {
        return "investigation-states";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        int moved = AT_ONCE;
        for (int look = 0; moved == AT_ONCE && look < MOST_LOOKS; look++) {
            moved = statements.update(FOLLOW, AT_ONCE, WireTime.now().ticks());
        }
    }
}
