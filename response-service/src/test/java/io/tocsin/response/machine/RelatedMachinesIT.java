package io.tocsin.response.machine;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [RelatedMachinesTest] against the packaged service.
@QuarkusIntegrationTest
class RelatedMachinesIT extends RelatedMachinesTest {}
