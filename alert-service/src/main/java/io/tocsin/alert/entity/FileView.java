package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// The File entity (contract 60 §1, order as edmx-facts). What the world has seen of a file is not known
/// here: the three `global…` are null (docs/compatibility.md).
@RegisterForReflection
public record FileView(
        String sha1,
        String sha256,
        String md5,
        Long globalPrevalence,
        WireTime globalFirstObserved,
        WireTime globalLastObserved,
        Long size,
        String fileType,
        boolean isPeFile,
        String filePublisher,
        String fileProductName,
        String signer,
        String issuer,
        String signerHash,
        Boolean isValidCertificate,
        String determinationType,
        String determinationValue) {

    static FileView of(FileFact fact) {
        return new FileView(
                fact.sha1(),
                fact.sha256(),
                fact.md5(),
                null,
                null,
                null,
                fact.size(),
                fact.pe() ? "PortableExecutable" : null,
                fact.pe(),
                fact.publisher(),
                fact.productName(),
                fact.signer(),
                fact.issuer(),
                fact.signerHash(),
                fact.validCertificate(),
                "Unknown",
                null);
    }
}
