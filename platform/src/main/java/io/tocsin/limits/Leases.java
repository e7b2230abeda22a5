package io.tocsin.limits;

import java.sql.SQLException;

/// Where calls are leased from: the database, shared by all replicas.
interface Leases {

    /// @throws SQLException when nobody can be asked
    Answer lease(Bucket bucket, CallLimit limit, long wanted) throws SQLException;

    /// @param granted how many calls may go through
    /// @param leaseMillis for how long
    /// @param refillMillis how long until there is more; null when all that was wanted was granted
    record Answer(long granted, long leaseMillis, Long refillMillis) {}
}
