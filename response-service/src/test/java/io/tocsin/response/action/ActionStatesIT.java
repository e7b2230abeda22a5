package io.tocsin.response.action;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ActionStatesTest] against the packaged service.
@QuarkusIntegrationTest
class ActionStatesIT extends ActionStatesTest {}
