package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class ContractExamplesIT extends ContractExamplesTest {}
