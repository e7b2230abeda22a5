package io.tocsin.response;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AnswersTest] against the packaged service.
@QuarkusIntegrationTest
class AnswersIT extends AnswersTest {}
