package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ManagementTest] against the packaged service.
@QuarkusIntegrationTest
class ManagementIT extends ManagementTest {}
