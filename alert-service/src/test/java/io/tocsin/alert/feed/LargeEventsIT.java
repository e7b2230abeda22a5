package io.tocsin.alert.feed;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [LargeEventsTest] against the packaged service.
@QuarkusIntegrationTest
class LargeEventsIT extends LargeEventsTest {}
