package io.tocsin.response.machine;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ChangeMachinesTest] against the packaged service.
@QuarkusIntegrationTest
class ChangeMachinesIT extends ChangeMachinesTest {}
