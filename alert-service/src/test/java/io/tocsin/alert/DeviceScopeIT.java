package io.tocsin.alert;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [DeviceScopeTest] against the packaged service.
@QuarkusIntegrationTest
class DeviceScopeIT extends DeviceScopeTest {}
