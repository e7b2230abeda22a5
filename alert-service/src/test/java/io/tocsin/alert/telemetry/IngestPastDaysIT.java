package io.tocsin.alert.telemetry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IngestPastDaysTest] against the packaged service.
@QuarkusIntegrationTest
class IngestPastDaysIT extends IngestPastDaysTest {}
