package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SlowStreamTest] against the packaged service.
@QuarkusIntegrationTest
class SlowStreamIT extends SlowStreamTest {}
