package io.tocsin.alert.detection;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [DetectTelemetryTest] against the packaged service.
@QuarkusIntegrationTest
class DetectTelemetryIT extends DetectTelemetryTest {}
