package io.tocsin.alert.matching;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MatchHashesTest] against the packaged service.
@QuarkusIntegrationTest
class MatchHashesIT extends MatchHashesTest {}
