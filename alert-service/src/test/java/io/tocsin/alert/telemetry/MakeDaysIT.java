package io.tocsin.alert.telemetry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MakeDaysTest] against the packaged service.
@QuarkusIntegrationTest
class MakeDaysIT extends MakeDaysTest {}
