/// Incidents as the partner API shows them (contract 95): what belongs together, with its alerts, devices and entities.
package io.tocsin.alert.incident;
