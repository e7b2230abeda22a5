package io.tocsin.response.machine;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Machines telemetry has spoken of that are not yet, or not as last seen, in the inventory.
@ApplicationScoped
class SightingBacklog implements Measured {

    private static final String UNTAKEN = """
            select count(*) from (select 1 from machine_sighting where (change_xid, change_id) > (
                    coalesce((select change_xid from sighting_position where consumer = 'machine'), '0'::xid8),
                    coalesce((select change_id from sighting_position where consumer = 'machine'), 0))
                limit ?) as untaken
            """;

    private final Statements statements;

    SightingBacklog(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                UNTAKEN,
                row -> figures.count(
                        "tocsin.sightings.backlog", "Sightings not yet taken into the inventory", row.getLong(1)),
                MOST);
    }
}
