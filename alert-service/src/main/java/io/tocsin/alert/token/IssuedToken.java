package io.tocsin.alert.token;

import java.util.Optional;

/// A token as the issuer gave it.
///
/// @param accessToken the signed token itself
/// @param expiresIn seconds it lives
/// @param issuedAt epoch second it was received
/// @param tenant its `tid`, where it has one
record IssuedToken(String accessToken, long expiresIn, long issuedAt, Optional<String> tenant) {}
