package io.tocsin.indicator.matching;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MatchTest] against the packaged service.
@QuarkusIntegrationTest
class MatchIT extends MatchTest {}
