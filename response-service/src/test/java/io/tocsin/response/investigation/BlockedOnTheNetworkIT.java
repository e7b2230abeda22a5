package io.tocsin.response.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// The same, of the packaged service.
@QuarkusIntegrationTest
class BlockedOnTheNetworkIT extends BlockedOnTheNetworkTest {}
