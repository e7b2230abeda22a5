package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ServeDocumentTest] against the packaged service.
@QuarkusIntegrationTest
class ServeDocumentIT extends ServeDocumentTest {}
