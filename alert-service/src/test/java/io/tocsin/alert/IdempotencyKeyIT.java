package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IdempotencyKeyTest] against the packaged service.
@QuarkusIntegrationTest
class IdempotencyKeyIT extends IdempotencyKeyTest {}
