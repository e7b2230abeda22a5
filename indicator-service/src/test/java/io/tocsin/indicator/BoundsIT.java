package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [BoundsTest] against the packaged service.
@QuarkusIntegrationTest
class BoundsIT extends BoundsTest {}
