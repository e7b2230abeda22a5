package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class AgentCredentialsIT extends AgentCredentialsTest {}
