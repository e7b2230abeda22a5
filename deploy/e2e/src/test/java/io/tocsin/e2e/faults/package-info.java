/// Tries to break the platform from a seed, and asks its clients' own journals whether it kept its word
/// (docs/adr/047).
package io.tocsin.e2e.faults;
