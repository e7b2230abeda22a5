package io.tocsin.alert.feed;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ProveFeedsTest] against the packaged service.
@QuarkusIntegrationTest
class ProveFeedsIT extends ProveFeedsTest {}
