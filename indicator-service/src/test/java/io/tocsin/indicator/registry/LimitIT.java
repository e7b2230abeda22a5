package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [LimitTest] against the packaged service.
@QuarkusIntegrationTest
class LimitIT extends LimitTest {}
