package io.tocsin.alert.token;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [TokenTest] against the packaged service.
@QuarkusIntegrationTest
class TokenIT extends TokenTest {}
