package io.tocsin.indicator;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [AnswersTest] against the packaged service.
@QuarkusIntegrationTest
class AnswersIT extends AnswersTest {}
