package io.tocsin.alert.story;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [TellStoryTest] against the packaged service.
@QuarkusIntegrationTest
class TellStoryIT extends TellStoryTest {}
