package io.tocsin.wire;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Hashes of files as callers and telemetry write them.
///
/// @param hex in lower case
public record FileHash(Algorithm algorithm, String hex) {

    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");

    /// Told apart by their length.
    public enum Algorithm {
        MD5(32),
        SHA1(40),
        SHA256(64);

        private final int digits;

        Algorithm(int digits) {
            this.digits = digits;
        }
    }

    /// The hash in any case, or nothing when it is none.
    public static Optional<FileHash> of(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (text.length() == algorithm.digits && HEX.matcher(text).matches()) {
                return Optional.of(new FileHash(algorithm, text.toLowerCase(Locale.ROOT)));
            }
        }
        return Optional.empty();
    }

    /// The hash of a path of `/api/files` (contract 60 §2).
    ///
    /// @throws ProblemException 400 `InvalidHashValue` when it is none
    public static FileHash required(String text) {
        return of(text).orElseThrow(() -> new ProblemException(
                CommonProblem.INVALID_HASH_VALUE, "'" + text + "' is not a SHA-1, SHA-256 or MD5 hash"));
    }

    /// The same where only a SHA-1 is taken.
    ///
    /// @throws ProblemException 400 `InvalidHashValue` when it is none
    public static FileHash requiredSha1(String text) {
        return of(text).filter(hash -> hash.algorithm == Algorithm.SHA1)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.INVALID_HASH_VALUE, "'" + text + "' is not a SHA-1 hash"));
    }
}
