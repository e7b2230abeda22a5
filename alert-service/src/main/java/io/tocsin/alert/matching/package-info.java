/// Matches telemetry against indicators after it is stored, from a durable position, so that a peer that is down delays
/// matches and loses none (design §4 B, D).
package io.tocsin.alert.matching;
