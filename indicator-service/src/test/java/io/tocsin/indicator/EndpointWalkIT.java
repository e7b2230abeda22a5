package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [EndpointWalkTest] against the packaged service.
@QuarkusIntegrationTest
class EndpointWalkIT extends EndpointWalkTest {}
