package io.tocsin.alert.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class InvestigateAlertsIT extends InvestigateAlertsTest {}
