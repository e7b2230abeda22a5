package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A page of remediations, newest first.
///
/// @param nextCursor where the next page begins; null on the last one
@RegisterForReflection
public record RemediationPage(List<RemediationView> value, String nextCursor) {}
