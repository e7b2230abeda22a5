package io.tocsin.response.investigation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [JudgedEvidenceTest] against the packaged service.
@QuarkusIntegrationTest
class JudgedEvidenceIT extends JudgedEvidenceTest {}
