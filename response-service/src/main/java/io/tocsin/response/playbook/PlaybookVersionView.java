package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A version of a playbook.
@RegisterForReflection
public record PlaybookVersionView(int version, String createdBy, WireTime createdTime, JsonNode definition) {}
