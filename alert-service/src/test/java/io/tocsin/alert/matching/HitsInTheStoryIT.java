package io.tocsin.alert.matching;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [HitsInTheStoryTest] against the packaged service.
@QuarkusIntegrationTest
class HitsInTheStoryIT extends HitsInTheStoryTest {}
