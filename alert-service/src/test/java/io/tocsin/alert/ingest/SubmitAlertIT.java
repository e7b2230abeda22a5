package io.tocsin.alert.ingest;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SubmitAlertTest] against the packaged service.
@QuarkusIntegrationTest
class SubmitAlertIT extends SubmitAlertTest {}
