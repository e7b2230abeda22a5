package io.tocsin.indicator.taxii;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [TaxiiTest] against the packaged service.
@QuarkusIntegrationTest
class TaxiiIT extends TaxiiTest {}
