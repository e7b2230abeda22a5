package io.tocsin.alert.audit;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SealAuditTest] against the packaged service.
@QuarkusIntegrationTest
class SealAuditIT extends SealAuditTest {}
