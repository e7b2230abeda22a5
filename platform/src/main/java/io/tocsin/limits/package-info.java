/// How many calls an application may make of a route in a minute and in an hour, the same on every replica
/// (docs/adr/013).
package io.tocsin.limits;
