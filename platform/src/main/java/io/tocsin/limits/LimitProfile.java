package io.tocsin.limits;

/// Whose figures hold where nothing else is set.
enum LimitProfile {
    /// Ours: the same generous figure for every route.
    DEFAULT,
    /// The documented figures of Defender's routes; ours for its unstated ones and for our own routes.
    DEFENDER,
    /// No limits.
    OFF
}
