package io.tocsin.alert.triage;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [QueryAlertsTest] against the packaged service.
@QuarkusIntegrationTest
class QueryAlertsIT extends QueryAlertsTest {}
