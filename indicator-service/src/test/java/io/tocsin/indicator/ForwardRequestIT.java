package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ForwardRequestTest] against the packaged service.
@QuarkusIntegrationTest
class ForwardRequestIT extends ForwardRequestTest {}
