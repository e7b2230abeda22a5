package io.tocsin.response.action;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Actions that have not ended. A pending one may wait for days for a machine that is off; one past its deadline may
/// not.
@ApplicationScoped
class ActionBacklog implements Measured {

    private static final String OPEN = """
            select open.state as status, count(action.status) as actions,
                coalesce(extract(epoch from now()) - min(creation_ticks) / 1e7, 0) as age,
                coalesce(extract(epoch from max(now() - deadline)), 0) as overdue,
                count(*) filter (where lease_expires_at <= now()) as leases
            from (values ('Pending'), ('InProgress')) as open (state)
            left join (select status, creation_ticks, deadline, lease_expires_at from machine_action
                where status in ('Pending', 'InProgress') limit ?) as action on action.status = open.state
            group by open.state
            """;

    private final Statements statements;

    ActionBacklog(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        record Open(String status, long actions, double age, double overdue, long leases) {}
        statements
                .list(
                        OPEN,
                        row -> new Open(
                                row.getString("status"),
                                row.getLong("actions"),
                                row.getDouble("age"),
                                row.getDouble("overdue"),
                                row.getLong("leases")),
                        MOST)
                .forEach(it -> {
                    figures.count(
                                    "tocsin.actions.open",
                                    "Actions that have not ended",
                                    it.actions(),
                                    "status",
                                    it.status())
                            .seconds("tocsin.actions.age", "Age of the oldest of them", it.age(), "status", it.status())
                            .seconds(
                                    "tocsin.actions.overdue",
                                    "How long the latest is past its deadline without having timed out",
                                    it.overdue(),
                                    "status",
                                    it.status());
                    if (it.status().equals("InProgress")) {
                        figures.count(
                                "tocsin.actions.leases.expired",
                                "Actions whose lease is over and which their agent has not fetched again",
                                it.leases());
                    }
                });
    }
}
