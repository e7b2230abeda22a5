package io.tocsin.alert.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// The authority's discovery document: its token endpoint is ours, `iss` and the place where people sign in are the
/// issuer's.
@RegisterForReflection
record DiscoveryView(
        @JsonProperty("token_endpoint") String tokenEndpoint,

        @JsonProperty("token_endpoint_auth_methods_supported")
        List<String> tokenEndpointAuthMethods,

        @JsonProperty("jwks_uri") String keys,

        @JsonProperty("response_modes_supported") List<String> responseModes,

        @JsonProperty("subject_types_supported") List<String> subjectTypes,

        @JsonProperty("id_token_signing_alg_values_supported")
        List<String> signatures,

        @JsonProperty("response_types_supported") List<String> responseTypes,

        @JsonProperty("grant_types_supported") List<String> grantTypes,

        @JsonProperty("scopes_supported") List<String> scopes,

        String issuer,

        @JsonProperty("authorization_endpoint") String authorizationEndpoint) {

    static DiscoveryView of(IssuerDocument document, String tokenEndpoint, String keys) {
        return new DiscoveryView(
                tokenEndpoint,
                List.of("client_secret_post", "client_secret_basic"),
                keys,
                List.of("query", "fragment", "form_post"),
                List.of("pairwise"),
                List.of("RS256"),
                List.of("code"),
                List.of("client_credentials"),
                List.of("openid"),
                document.issuer(),
                document.authorizationEndpoint());
    }
}
