package io.tocsin.wire;

/// One route of the platform and the service that owns it (design §3).
///
/// @param service the owner, for example `alert-service`
/// @param method the HTTP method
/// @param path the canonical path, ids in braces
public record Route(String service, String method, String path) {}
