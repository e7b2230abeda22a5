package io.tocsin.alert.ingest;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SubmitAlertsAtOnceTest] against the packaged service.
@QuarkusIntegrationTest
class SubmitAlertsAtOnceIT extends SubmitAlertsAtOnceTest {}
