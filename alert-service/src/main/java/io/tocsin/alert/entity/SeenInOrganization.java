package io.tocsin.alert.entity;

import io.tocsin.wire.WireTime;
import java.util.List;

/// What the machines in a caller's reach saw of an entity within a span of time.
///
/// @param machines how many saw it
/// @param first when first, to the hour where it had been seen before the span too; null when nobody saw it
/// @param last when last
/// @param labels the names or logon types, those of the most machines first
record SeenInOrganization(long machines, WireTime first, WireTime last, List<String> labels) {}
