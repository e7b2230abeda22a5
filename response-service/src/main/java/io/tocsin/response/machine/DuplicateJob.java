package io.tocsin.response.machine;

import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Says which machines of a tenant bear the same full name and may be one. One that gave its last sign of life before
/// the newest of them gave its first was replaced by it, as when a machine is installed anew: it is merged into that
/// one,
/// until it is heard of again.
@ApplicationScoped
class DuplicateJob implements Job {

    private static final int AT_ONCE = 1_000;

    /// A name without a domain says too little: every site has its `server1`.
    private static final String STAND = """
            with named as (
                select tenant_id, id, last_seen_ticks, count(*) over same > 1 as duplicate,
                    first_value(id) over newest as newest_id, first_value(first_seen_ticks) over newest as newest_ticks
                from machine where computer_dns_name like '%.%'
                window same as (partition by tenant_id, lower(computer_dns_name)),
                    newest as (partition by tenant_id, lower(computer_dns_name) order by last_seen_ticks desc nulls last, id)),
            stands as (
                select tenant_id, id, duplicate, case when last_seen_ticks < newest_ticks then newest_id end as merged
                from named),
            changed as (
                select s.* from stands s join machine m on m.tenant_id = s.tenant_id and m.id = s.id
                where (m.is_potential_duplication, m.merged_into_machine_id) is distinct from (s.duplicate, s.merged)
                limit ? for no key update of m skip locked)
            update machine set is_potential_duplication = changed.duplicate, merged_into_machine_id = changed.merged
            from changed where machine.tenant_id = changed.tenant_id and machine.id = changed.id
            """;

    private final Statements statements;

    DuplicateJob(Statements statements) {
        this.statements = statements;
    }

    @Override
    public String name() {
        return "machine-duplicates";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(5);
    }

    @Override
    public void run() {
        int changed = AT_ONCE;
        while (changed == AT_ONCE) {
            changed = statements.update(STAND, AT_ONCE);
        }
    }
}
