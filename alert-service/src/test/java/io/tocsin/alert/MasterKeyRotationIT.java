package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MasterKeyRotationTest] against the packaged service.
@QuarkusIntegrationTest
class MasterKeyRotationIT extends MasterKeyRotationTest {}
