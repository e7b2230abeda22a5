/// Calls that change state in another service: written in the transaction of their cause, made behind its commit, again
/// and again until they are answered (docs/adr/034).
package io.tocsin.outbox;
