package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AgentChannelTest] against the packaged service.
@QuarkusIntegrationTest
class AgentChannelIT extends AgentChannelTest {}
