package io.tocsin.alert.telemetry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IngestEventsTest] against the packaged service.
@QuarkusIntegrationTest
class IngestEventsIT extends IngestEventsTest {}
