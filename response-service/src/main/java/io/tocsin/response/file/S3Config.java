package io.tocsin.response.file;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// A bucket of Amazon S3, or of a store that speaks its protocol.
@ConfigMapping(prefix = "tocsin.files.s3")
interface S3Config {

    /// How the store encrypts what it keeps.
    enum Encryption {
        /// As the bucket says by itself.
        BUCKET,
        /// With the store's own keys (SSE-S3).
        AES256,
        /// With a key of its key management (SSE-KMS).
        KMS
    }

    /// The bucket, which must exist; without one nothing is kept in S3.
    Optional<String> bucket();

    /// The store's address, such as `https://minio.corp.example:9000`; without one it is Amazon's of the region.
    Optional<URI> endpoint();

    /// The region that requests are signed for; a store with none takes any.
    @WithDefault("us-east-1")
    String region();

    /// Whether the bucket stands in the path instead of in the host name, as most stores that are not Amazon's want.
    @WithDefault("false")
    boolean pathStyle();

    /// What the name of every object begins with, such as `tocsin/`.
    Optional<String> prefix();

    /// A folder with the files `access-key` and `secret-key`, read for every request: a changed one holds at once.
    Optional<String> login();

    /// How the store encrypts what it keeps: `bucket`, `aes256` or `kms`.
    @WithDefault("bucket")
    Encryption encryption();

    /// The key for `kms`; without one the bucket's own.
    Optional<String> kmsKey();

    /// How long a connection may take.
    @WithDefault("2s")
    Duration connectTimeout();

    /// How long one attempt may take.
    @WithDefault("10s")
    Duration attemptTimeout();

    /// How long a call may take with all its attempts.
    @WithDefault("30s")
    Duration timeout();
}
