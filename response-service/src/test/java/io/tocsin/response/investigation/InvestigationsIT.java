package io.tocsin.response.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [InvestigationsTest] against the packaged service.
@QuarkusIntegrationTest
class InvestigationsIT extends InvestigationsTest {}
