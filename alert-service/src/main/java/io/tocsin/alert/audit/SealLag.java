package io.tocsin.alert.audit;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Audit rows that no seal covers yet.
@ApplicationScoped
class SealLag implements Measured {

    private static final String UNSEALED = """
            select count(*) as entries, extract(epoch from now()) - min(at_ticks) / 1e7 as age
            from (select at_ticks from audit_entry where (change_xid, id) > (
                    (select change_xid from audit_position where consumer = 'sealer'),
                    (select entry_id from audit_position where consumer = 'sealer'))
                order by change_xid, id limit ?) as unsealed
            """;

    private final Statements statements;

    SealLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                UNSEALED,
                row -> figures.count("tocsin.audit.unsealed", "Audit rows no seal covers yet", row.getLong("entries"))
                        .seconds("tocsin.audit.seal.lag", "Age of the oldest of them", row.getDouble("age")),
                MOST);
    }
}
