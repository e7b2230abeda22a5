package io.tocsin.indicator.sighting;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SightingTest] against the packaged service.
@QuarkusIntegrationTest
class SightingIT extends SightingTest {}
