package io.tocsin.response.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [WideningTest] against the packaged service.
@QuarkusIntegrationTest
class WideningIT extends WideningTest {}
