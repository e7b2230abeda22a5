/// Holds new indicators against the telemetry that is stored already (docs/adr/060): what was seen where is known, so
/// that
/// only the events of a hit are read.
package io.tocsin.alert.retrohunt;
