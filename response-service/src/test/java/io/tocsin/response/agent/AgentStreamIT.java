package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AgentStreamTest] against the packaged service.
@QuarkusIntegrationTest
class AgentStreamIT extends AgentStreamTest {}
