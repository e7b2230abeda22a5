package io.tocsin.alert.correlation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MoveAlertsTest] against the packaged service.
@QuarkusIntegrationTest
class MoveAlertsIT extends MoveAlertsTest {}
