package io.tocsin.alert.ingest;

import io.tocsin.audit.Audit;
import java.util.UUID;

/// An alert on its way into the database, with all that is known of its sender: whoever stores it needs no
/// request.
///
/// @param machine what the sender calls the alert's machine, or null when the alert has none or its machine is
/// known
/// @param claims whether the source must be the sender's
/// @param again what a repeat does to an alert that is there
/// @param id the id a new alert gets, or null for one of the usual form
record Submission(
        UUID tenant, Audit.Origin origin, NewAlert alert, MachineName machine, boolean claims, Again again, String id) {

    /// What a second submission means.
    enum Again {
        /// The source speaks of its own alert again: it is brought up to date.
        REPEAT("alert.repeat"),
        /// Another event of an alert that is what it is: only its times move, and evidence is added (contract
        /// 10 §4.3).
        MERGE("alert.merge");

        private final String action;

        Again(String action) {
            this.action = action;
        }

        /// As the audit calls it.
        String action() {
            return action;
        }
    }

    Submission(UUID tenant, Audit.Origin origin, NewAlert alert, MachineName machine, boolean claims, Again again) {
        this(tenant, origin, alert, machine, claims, again, null);
    }

    AlertKey key() {
        return new AlertKey(tenant, alert.source(), alert.sourceRef());
    }

    Submission on(KnownMachine known) {
        return new Submission(tenant, origin, alert.on(known), null, claims, again, id);
    }
}
