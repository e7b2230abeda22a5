package io.tocsin.alert.webhook;

import static java.util.Objects.requireNonNull;

import io.tocsin.alert.feed.Change;
import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.UUID;

/// A target and how far it has been told.
///
/// @param reason why it is suspended, else null
/// @param secret sealed
/// @param previousSecret sealed, signs until `previousUntil`; null when there is none
/// @param attempts in a row that failed
/// @param refusedChange that its target refused alone last, or null
/// @param refusals of that change
/// @param redelivers whether dead letters are to be sent again
record Webhook(
        UUID tenant,
        UUID id,
        String name,
        String url,
        List<Kind> kinds,
        String alertFilter,
        String incidentFilter,
        int batchSize,
        State state,
        String reason,
        byte[] secret,
        byte[] previousSecret,
        WireTime previousUntil,
        Place place,
        int attempts,
        Long refusedChange,
        int refusals,
        WireTime failingSince,
        boolean redelivers,
        Integer lastStatus,
        String lastError,
        WireTime lastDelivery,
        String createdBy,
        WireTime created,
        String lastUpdatedBy,
        WireTime lastUpdate) {

    /// Only an active one is sent to.
    enum State {
        Active,
        Paused,
        Suspended
    }

    Webhook {
        requireNonNull(tenant);
        requireNonNull(id);
        kinds = List.copyOf(kinds);
    }

    /// How often its target has refused the change alone, until now.
    int refusalsOf(Change change) {
        return refusedChange != null && refusedChange == change.place().id() ? refusals : 0;
    }

    boolean wants(Kind kind) {
        return kinds.contains(kind);
    }
}
