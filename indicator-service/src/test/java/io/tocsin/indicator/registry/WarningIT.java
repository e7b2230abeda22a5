package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [WarningTest] against the packaged service.
@QuarkusIntegrationTest
class WarningIT extends WarningTest {}
