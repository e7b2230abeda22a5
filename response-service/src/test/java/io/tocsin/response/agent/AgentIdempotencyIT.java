package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AgentIdempotencyTest] against the packaged service.
@QuarkusIntegrationTest
class AgentIdempotencyIT extends AgentIdempotencyTest {}
