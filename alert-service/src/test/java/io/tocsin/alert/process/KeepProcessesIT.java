package io.tocsin.alert.process;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [KeepProcessesTest] against the packaged service.
@QuarkusIntegrationTest
class KeepProcessesIT extends KeepProcessesTest {}
