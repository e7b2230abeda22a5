package io.tocsin.alert.triage;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [UpdateAlertsTest] against the packaged service.
@QuarkusIntegrationTest
class UpdateAlertsIT extends UpdateAlertsTest {}
