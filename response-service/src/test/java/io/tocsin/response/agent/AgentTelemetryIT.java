package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AgentTelemetryTest] against the packaged service.
@QuarkusIntegrationTest
class AgentTelemetryIT extends AgentTelemetryTest {}
