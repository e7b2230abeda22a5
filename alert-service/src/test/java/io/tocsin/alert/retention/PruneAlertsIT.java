package io.tocsin.alert.retention;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class PruneAlertsIT extends PruneAlertsTest {}
