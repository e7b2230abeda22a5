package io.tocsin.alert.incident;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ReadIncidentsTest] against the packaged service.
@QuarkusIntegrationTest
class ReadIncidentsIT extends ReadIncidentsTest {}
