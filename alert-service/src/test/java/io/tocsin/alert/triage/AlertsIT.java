package io.tocsin.alert.triage;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AlertsTest] against the packaged service.
@QuarkusIntegrationTest
class AlertsIT extends AlertsTest {}
