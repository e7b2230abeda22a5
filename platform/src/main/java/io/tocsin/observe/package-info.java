/// What an operator sees of a service beyond its log: the figures of `/q/metrics` that no other package owns, and
/// traces
/// (docs/observability.md, docs/adr/021).
package io.tocsin.observe;
