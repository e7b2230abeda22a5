package io.tocsin.alert.correlation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [CorrelateInAnyOrderTest] against the packaged service.
@QuarkusIntegrationTest
class CorrelateInAnyOrderIT extends CorrelateInAnyOrderTest {}
