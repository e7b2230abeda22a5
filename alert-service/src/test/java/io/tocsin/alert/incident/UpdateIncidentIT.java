package io.tocsin.alert.incident;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [UpdateIncidentTest] against the packaged service.
@QuarkusIntegrationTest
class UpdateIncidentIT extends UpdateIncidentTest {}
