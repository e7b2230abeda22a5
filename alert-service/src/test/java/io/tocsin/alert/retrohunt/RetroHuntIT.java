package io.tocsin.alert.retrohunt;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [RetroHuntTest] against the packaged service.
@QuarkusIntegrationTest
class RetroHuntIT extends RetroHuntTest {}
