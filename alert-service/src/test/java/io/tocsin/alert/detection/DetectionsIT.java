package io.tocsin.alert.detection;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [DetectionsTest] against the packaged service.
@QuarkusIntegrationTest
class DetectionsIT extends DetectionsTest {}
