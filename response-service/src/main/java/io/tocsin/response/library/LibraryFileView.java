package io.tocsin.response.library;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// A file of the library, as declared (edmx-facts LibraryFiles).
@RegisterForReflection
public record LibraryFileView(
        String fileName,
        String sha256,
        String description,
        WireTime creationTime,
        WireTime lastUpdatedTime,
        String createdBy,
        boolean hasParameters,
        String parametersDescription) {}
