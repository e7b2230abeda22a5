package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [EndpointWalkTest] against the packaged service.
@QuarkusIntegrationTest
class EndpointWalkIT extends EndpointWalkTest {}
