package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// What became of an action at its machine, beyond what the partner API shows.
///
/// @param deliveries how often it was handed to the machine's agent
/// @param message what the agent said when it reported, or null
/// @param lateStatus what it reported after the action had been ended without it, or null
/// @param lateTime when
/// @param again how many more of its deliveries were reported after the one that counts: the agent may have carried it
/// out more than once
@RegisterForReflection
public record ActionReport(int deliveries, String message, String lateStatus, WireTime lateTime, int again) {}
