package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IndicatorsTest] against the packaged service.
@QuarkusIntegrationTest
class IndicatorsIT extends IndicatorsTest {}
