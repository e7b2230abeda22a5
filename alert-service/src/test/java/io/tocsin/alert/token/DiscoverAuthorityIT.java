package io.tocsin.alert.token;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [DiscoverAuthorityTest] against the packaged service.
@QuarkusIntegrationTest
class DiscoverAuthorityIT extends DiscoverAuthorityTest {}
