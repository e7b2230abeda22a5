package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [QueryIndicatorsTest] against the packaged service.
@QuarkusIntegrationTest
class QueryIndicatorsIT extends QueryIndicatorsTest {}
