package io.tocsin.response.action;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ActionsTest] against the packaged service.
@QuarkusIntegrationTest
class ActionsIT extends ActionsTest {}
