/// Reads rules in Sigma's format and compiles each once into an immutable test of an event (docs/adr/027). Knows
/// nothing
/// of where events come from: a [io.tocsin.alert.sigma.Vocabulary] says which fields there are.
package io.tocsin.alert.sigma;
