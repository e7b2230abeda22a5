package io.tocsin.response.action;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ManyActionsTest] against the packaged service.
@QuarkusIntegrationTest
class ManyActionsIT extends ManyActionsTest {}
