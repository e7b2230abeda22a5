package io.tocsin.alert.audit;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ReadAuditTest] against the packaged service.
@QuarkusIntegrationTest
class ReadAuditIT extends ReadAuditTest {}
