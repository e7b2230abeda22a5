package io.tocsin.response.agent;

/// Whether agents show a certificate of their own (docs/adr/025). Where they do, the service's TLS listener is theirs
/// alone, and its handshake ends for whom the listener's trust store does not answer.
enum MutualTls {
    /// Agents bring their credential only; a TLS listener, if there is one, is like the plain one.
    OFF,
    /// Agents come by either listener: for as long as a fleet moves from one to the other.
    OFFERED,
    /// Agents come by the TLS listener only.
    REQUIRED
}
