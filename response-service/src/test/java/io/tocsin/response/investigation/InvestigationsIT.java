package io.tocsin.response.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class InvestigationsIT extends InvestigationsTest {}
