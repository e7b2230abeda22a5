package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The file an action is about.
@RegisterForReflection
public record RelatedFile(String fileIdentifier, String fileIdentifierType) {

    static RelatedFile ofSha1(String sha1) {
        return sha1 == null ? null : new RelatedFile(sha1, "Sha1");
    }
}
