package io.tocsin.indicator.feed;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IndicatorFeedTest] against the packaged service.
@QuarkusIntegrationTest
class IndicatorFeedIT extends IndicatorFeedTest {}
