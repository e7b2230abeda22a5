package io.tocsin.alert.ingest;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class RefuseTooManyAlertsIT extends RefuseTooManyAlertsTest {}
