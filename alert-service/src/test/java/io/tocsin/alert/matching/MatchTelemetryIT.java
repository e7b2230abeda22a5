package io.tocsin.alert.matching;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MatchTelemetryTest] against the packaged service.
@QuarkusIntegrationTest
class MatchTelemetryIT extends MatchTelemetryTest {}
