package io.tocsin.alert.identity;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AuthenticateTest] against the packaged service.
@QuarkusIntegrationTest
class AuthenticateIT extends AuthenticateTest {}
