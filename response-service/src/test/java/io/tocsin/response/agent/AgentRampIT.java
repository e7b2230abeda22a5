package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AgentRampTest] against the packaged service.
@QuarkusIntegrationTest
class AgentRampIT extends AgentRampTest {}
