package io.tocsin.alert.correlation;

/// Where alerts of one incident hold a value, without a longer gap between them than the value's rule allows
/// (docs/adr/028). Whatever lies in it or near it is near one of these alerts.
///
/// @param id null of one that is not stored
record Spot(Long id, LinkKey key, long incidentId, long from, long to) {

    boolean isNear(long otherFrom, long otherTo, long window) {
        return from - window <= otherTo && to + window >= otherFrom;
    }

    Spot widened(long otherFrom, long otherTo) {
        return new Spot(null, key, incidentId, Math.min(from, otherFrom), Math.max(to, otherTo));
    }

    Spot in(long incident) {
        return new Spot(id, key, incident, from, to);
    }
}
