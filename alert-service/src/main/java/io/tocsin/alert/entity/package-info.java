/// Files, domains, addresses and accounts (contract 60): what was seen where is kept behind ingest, never
/// counted by a scan of the telemetry (docs/adr/026).
package io.tocsin.alert.entity;
