package io.tocsin.alert.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// The answer of the second token version: numbers are numbers (wire-facts §6).
@RegisterForReflection
record TokenV2View(
        @JsonProperty("token_type") String tokenType,

        @JsonProperty("expires_in") long expiresIn,

        @JsonProperty("ext_expires_in") long extExpiresIn,

        @JsonProperty("access_token") String accessToken) {

    static TokenV2View of(IssuedToken token) {
        return new TokenV2View("Bearer", token.expiresIn(), token.expiresIn(), token.accessToken());
    }
}
