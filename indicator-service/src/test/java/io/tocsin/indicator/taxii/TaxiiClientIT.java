package io.tocsin.indicator.taxii;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [TaxiiClientTest] against the packaged service.
@QuarkusIntegrationTest
class TaxiiClientIT extends TaxiiClientTest {}
