package io.tocsin.alert.telemetry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IngestOddEventsTest] against the packaged service.
@QuarkusIntegrationTest
class IngestOddEventsIT extends IngestOddEventsTest {}
