package io.tocsin.response.action;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// How much of a file is there.
///
/// @param received bytes, from the first on: where the next piece begins
/// @param completed whether this piece was the last one missing
@RegisterForReflection
public record Uploaded(long received, long size, @JsonIgnore boolean completed) {}
