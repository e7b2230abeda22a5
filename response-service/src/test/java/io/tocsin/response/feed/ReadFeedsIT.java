package io.tocsin.response.feed;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class ReadFeedsIT extends ReadFeedsTest {}
