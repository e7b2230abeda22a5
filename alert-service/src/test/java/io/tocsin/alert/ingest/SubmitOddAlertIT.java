package io.tocsin.alert.ingest;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SubmitOddAlertTest] against the packaged service.
@QuarkusIntegrationTest
class SubmitOddAlertIT extends SubmitOddAlertTest {}
