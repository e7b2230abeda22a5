package io.tocsin.alert.retrohunt;

import static io.tocsin.db.Statements.time;

import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// A row of `retro_hunt`.
///
/// @param since indicators changed since then are new to it
/// @param place behind this value of the phase it goes on
record RetroHunt(
        UUID tenant,
        long id,
        State state,
        WireTime since,
        WireTime begun,
        WireTime ready,
        Phase phase,
        String place,
        Found found,
        WireTime updated,
        WireTime finished) {

    enum State {
        /// For the new indicators to be in force everywhere, and for the sightings to have what came before.
        Waiting,
        Running,
        Finished
    }

    /// What is gone through, in this order. The first three are kinds of sightings; the last goes through the new
    /// indicators, since sightings know of URLs only the host.
    enum Phase {
        Ip,
        File,
        Domain,
        Url;

        boolean isLast() {
            return this == Url;
        }

        Phase next() {
            return values()[ordinal() + 1];
        }
    }

    /// @param looked values, and in the last phase indicators
    /// @param matched of them a new indicator speaks
    /// @param machines on which events were found
    /// @param alerts that were raised, or that were there and got more evidence
    /// @param passedOver machines beyond the bound
    record Found(long looked, long matched, long machines, long alerts, long passedOver) {

        static final Found NOTHING = new Found(0, 0, 0, 0, 0);

        Found and(Found more) {
            return new Found(
                    looked + more.looked,
                    matched + more.matched,
                    machines + more.machines,
                    alerts + more.alerts,
                    passedOver + more.passedOver);
        }
    }

    static final String COLUMNS = """
            tenant_id, id, state, since_ticks, begun_ticks, ready_ticks, phase, place, looked, matched, machines, alerts,
                passed_over, updated_ticks, finished_ticks
            """;

    RetroHunt running() {
        return new RetroHunt(tenant, id, State.Running, since, begun, ready, phase, place, found, updated, finished);
    }

    static RetroHunt of(ResultSet row) throws SQLException {
        return new RetroHunt(
                row.getObject("tenant_id", UUID.class),
                row.getLong("id"),
                State.valueOf(row.getString("state")),
                time(row, "since_ticks"),
                time(row, "begun_ticks"),
                time(row, "ready_ticks"),
                Phase.valueOf(row.getString("phase")),
                row.getString("place"),
                new Found(
                        row.getLong("looked"),
                        row.getLong("matched"),
                        row.getLong("machines"),
                        row.getLong("alerts"),
                        row.getLong("passed_over")),
                time(row, "updated_ticks"),
                time(row, "finished_ticks"));
    }
}
