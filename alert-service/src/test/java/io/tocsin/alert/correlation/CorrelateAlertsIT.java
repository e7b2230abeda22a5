package io.tocsin.alert.correlation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [CorrelateAlertsTest] against the packaged service.
@QuarkusIntegrationTest
class CorrelateAlertsIT extends CorrelateAlertsTest {}
