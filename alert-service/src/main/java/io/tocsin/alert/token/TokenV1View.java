package io.tocsin.alert.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// The answer of the first token version: every number is a string (wire-facts §6).
@RegisterForReflection
record TokenV1View(
        @JsonProperty("token_type") String tokenType,

        @JsonProperty("expires_in") String expiresIn,

        @JsonProperty("ext_expires_in") String extExpiresIn,

        @JsonProperty("expires_on") String expiresOn,

        @JsonProperty("not_before") String notBefore,

        String resource,

        @JsonProperty("access_token") String accessToken) {

    static TokenV1View of(IssuedToken token, String resource) {
        return new TokenV1View(
                "Bearer",
                String.valueOf(token.expiresIn()),
                String.valueOf(token.expiresIn()),
                String.valueOf(token.issuedAt() + token.expiresIn()),
                String.valueOf(token.issuedAt()),
                resource,
                token.accessToken());
    }
}
