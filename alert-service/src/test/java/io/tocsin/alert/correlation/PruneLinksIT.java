package io.tocsin.alert.correlation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [PruneLinksTest] against the packaged service.
@QuarkusIntegrationTest
class PruneLinksIT extends PruneLinksTest {}
