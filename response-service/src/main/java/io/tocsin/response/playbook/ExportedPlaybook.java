package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// A playbook in CACAO 2.0.
///
/// @param losses what of it others will not understand
@RegisterForReflection
public record ExportedPlaybook(JsonNode playbook, List<String> losses) {}
