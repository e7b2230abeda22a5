package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IndicatorValuesTest] against the packaged service.
@QuarkusIntegrationTest
class IndicatorValuesIT extends IndicatorValuesTest {}
