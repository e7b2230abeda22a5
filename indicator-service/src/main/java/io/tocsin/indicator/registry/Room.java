package io.tocsin.indicator.registry;

import io.tocsin.db.Statements;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Whether a tenant may hold one more indicator. To count takes the longer the more there are, and nothing says how
/// many
/// came since but the ids: each is given out once, to whichever tenant. So when there was room for a thousand, the next
/// thousand ids need no counting.
@ApplicationScoped
class Room {

    /// As far as it matters: no further than the limit.
    private static final String COUNT =
            "select count(*) from (select from indicator where tenant_id = ? limit ?) as those";

    /// @param from the id given out when it was counted
    /// @param to the last that fits in, if all from there on became the tenant's
    private record Counted(long from, long to) {

        boolean holds(long id) {
            return from <= id && id <= to; // below: the ids of another history, after a restore
        }
    }

    private final Statements statements;
    private final RegistryConfig config;
    private final Map<UUID, Counted> counted = new ConcurrentHashMap<>();

    Room(Statements statements, RegistryConfig config) {
        this.statements = statements;
        this.config = config;
    }

    /// To be asked in the transaction that made them.
    ///
    /// @param highest the highest id of those just made
    /// @throws ProblemException when the tenant holds too many with them
    void require(UUID tenant, long highest) {
        Counted known = counted.get(tenant);
        if (highest <= config.limit() || known != null && known.holds(highest)) {
            return;
        }
        long there = statements
                .list(COUNT, row -> row.getLong(1), tenant, config.limit() + 1)
                .getFirst();
        if (there > config.limit()) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "The tenant holds the most indicators allowed, " + config.limit());
        }
        counted.put(tenant, new Counted(highest, highest + config.limit() - there));
    }
}
