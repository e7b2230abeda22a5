package io.tocsin.response.devicegroup;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Machines that still stand in the group of an older generation of their tenant's rules.
@ApplicationScoped
class AssignmentBacklog implements Measured {

    private static final String WAITING = """
            select count(*) from (select 1 from device_group_set s
                join machine m on m.tenant_id = s.tenant_id and m.group_generation < s.generation
                limit ?) as waiting
            """;

    private final Statements statements;

    AssignmentBacklog(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                WAITING,
                row -> figures.count(
                        "tocsin.device.groups.backlog",
                        "Machines not yet in the group they belong to now",
                        row.getLong(1)),
                MOST);
    }
}
