/// Sends telemetry to Kafka as streaming records, where one is configured (docs/adr/036).
package io.tocsin.alert.kafka;
