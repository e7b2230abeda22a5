package io.tocsin.response.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [RemediationsTest] against the packaged service.
@QuarkusIntegrationTest
class RemediationsIT extends RemediationsTest {}
