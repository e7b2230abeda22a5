package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// What became of a CACAO playbook.
///
/// @param losses what of it means nothing here
@RegisterForReflection
public record ImportedPlaybook(PlaybookView playbook, List<String> losses) {}
