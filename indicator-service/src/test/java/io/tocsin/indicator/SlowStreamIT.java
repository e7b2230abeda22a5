package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SlowStreamTest] against the packaged service.
@QuarkusIntegrationTest
class SlowStreamIT extends SlowStreamTest {}
