package io.tocsin.alert.ingest;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class SubmitAlertStreamIT extends SubmitAlertStreamTest {}
