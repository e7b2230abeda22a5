package io.tocsin.response;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [FewConnectionsTest] against the packaged service.
@QuarkusIntegrationTest
class FewConnectionsIT extends FewConnectionsTest {}
