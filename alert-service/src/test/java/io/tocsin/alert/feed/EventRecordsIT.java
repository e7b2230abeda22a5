package io.tocsin.alert.feed;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class EventRecordsIT extends EventRecordsTest {}
