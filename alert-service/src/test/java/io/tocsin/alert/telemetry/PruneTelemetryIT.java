package io.tocsin.alert.telemetry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [PruneTelemetryTest] against the packaged service.
@QuarkusIntegrationTest
class PruneTelemetryIT extends PruneTelemetryTest {}
