package io.tocsin.alert.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// What is known of a file; null is not known. Facts of one file are merged by operations in which order does
/// not matter: of texts that differ, which only a sender that errs writes, the first by code point is kept.
///
/// @param validCertificate false as soon as one machine found it so
record FileFact(
        String sha1,
        String sha256,
        String md5,
        Long size,
        boolean pe,
        String publisher,
        String productName,
        String signer,
        String issuer,
        String signerHash,
        Boolean validCertificate) {

    static final FileFact NOTHING = new FileFact(null, null, null, null, false, null, null, null, null, null, null);

    static FileFact ofHashes(String sha1, String sha256, String md5) {
        return new FileFact(sha1, sha256, md5, null, false, null, null, null, null, null, null);
    }

    /// By what its sightings are kept, or null of a file without any hash.
    String key() {
        return sha1 != null ? sha1 : sha256 != null ? sha256 : md5;
    }

    List<String> hashes() {
        var hashes = new ArrayList<>(Stream.of(sha1, sha256, md5).toList());
        hashes.removeIf(Objects::isNull);
        return hashes;
    }

    FileFact and(FileFact other) {
        return new FileFact(
                least(sha1, other.sha1),
                least(sha256, other.sha256),
                least(md5, other.md5),
                size == null || other.size != null && other.size > size ? other.size : size,
                pe || other.pe,
                least(publisher, other.publisher),
                least(productName, other.productName),
                least(signer, other.signer),
                least(issuer, other.issuer),
                least(signerHash, other.signerHash),
                validCertificate == null
                        ? other.validCertificate
                        : Boolean.valueOf(validCertificate && !Boolean.FALSE.equals(other.validCertificate)));
    }

    private static <T extends Comparable<T>> T least(T one, T other) {
        return one == null || other != null && other.compareTo(one) < 0 ? other : one;
    }
}
