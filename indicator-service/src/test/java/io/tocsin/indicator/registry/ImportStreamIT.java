package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ImportStreamTest] against the packaged service.
@QuarkusIntegrationTest
class ImportStreamIT extends ImportStreamTest {}
