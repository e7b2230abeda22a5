package io.tocsin.response.machine;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [QueryMachinesTest] against the packaged service.
@QuarkusIntegrationTest
class QueryMachinesIT extends QueryMachinesTest {}
