package io.tocsin.alert.mapping;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class MapAlertsIT extends MapAlertsTest {}
