package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [OddAddressTest] against the packaged service.
@QuarkusIntegrationTest
class OddAddressIT extends OddAddressTest {}
