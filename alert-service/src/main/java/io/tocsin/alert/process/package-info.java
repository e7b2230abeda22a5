/// Processes as all events together tell them, each with the path of its ancestors, so that a tree or a branch of it is
/// one
/// read of an index (docs/adr/027).
package io.tocsin.alert.process;
