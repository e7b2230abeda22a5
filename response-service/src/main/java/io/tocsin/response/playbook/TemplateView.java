package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// A playbook Tocsin comes with: to be read, changed and posted as one's own.
@RegisterForReflection
public record TemplateView(String name, String description, JsonNode definition) {}
