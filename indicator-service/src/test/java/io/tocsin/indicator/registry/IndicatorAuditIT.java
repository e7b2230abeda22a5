package io.tocsin.indicator.registry;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [IndicatorAuditTest] against the packaged service.
@QuarkusIntegrationTest
class IndicatorAuditIT extends IndicatorAuditTest {}
