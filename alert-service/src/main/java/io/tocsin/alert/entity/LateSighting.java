package io.tocsin.alert.entity;

import java.util.UUID;

/// A machine turns out to have seen something on a day that is over.
///
/// @param day since 1970 (UTC), the first on which it did; 0 where all its sightings count for one more value
public record LateSighting(UUID tenant, EntityKey key, int day) {}
