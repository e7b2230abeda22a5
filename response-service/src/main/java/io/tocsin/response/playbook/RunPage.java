package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// Runs, the newest first.
///
/// @param nextCursor where the next page begins, or null
@RegisterForReflection
public record RunPage(List<RunView> value, String nextCursor) {}
