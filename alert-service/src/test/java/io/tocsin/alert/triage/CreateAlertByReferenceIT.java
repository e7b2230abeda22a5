package io.tocsin.alert.triage;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [CreateAlertByReferenceTest] against the packaged service.
@QuarkusIntegrationTest
class CreateAlertByReferenceIT extends CreateAlertByReferenceTest {}
