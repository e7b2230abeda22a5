package io.tocsin.alert.token;

import java.net.URI;

/// What the issuer says of itself.
///
/// @param issuer `iss` of its tokens
/// @param authorizationEndpoint where a person signs in
/// @param tokenEndpoint where a client gets a token
/// @param keys where its public keys are
record IssuerDocument(String issuer, String authorizationEndpoint, URI tokenEndpoint, URI keys) {}
