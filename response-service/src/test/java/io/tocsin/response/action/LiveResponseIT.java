package io.tocsin.response.action;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [LiveResponseTest] against the packaged service.
@QuarkusIntegrationTest
class LiveResponseIT extends LiveResponseTest {}
