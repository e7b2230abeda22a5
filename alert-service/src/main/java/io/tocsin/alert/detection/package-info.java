/// Rules over arriving telemetry, built in and the tenant's own, and the alerts their hits make (docs/adr/027).
package io.tocsin.alert.detection;
