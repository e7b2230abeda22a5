package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// The versions of a playbook, the newest first.
@RegisterForReflection
public record PlaybookVersionList(List<PlaybookVersionView> value) {}
