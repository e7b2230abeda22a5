package io.tocsin.indicator.source;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SourceTest] against the packaged service.
@QuarkusIntegrationTest
class SourceIT extends SourceTest {}
