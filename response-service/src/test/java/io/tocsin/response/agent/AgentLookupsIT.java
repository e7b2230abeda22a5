package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AgentLookupsTest] against the packaged service.
@QuarkusIntegrationTest
class AgentLookupsIT extends AgentLookupsTest {}
