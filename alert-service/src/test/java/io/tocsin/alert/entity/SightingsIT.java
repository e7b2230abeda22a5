package io.tocsin.alert.entity;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [SightingsTest] against the packaged service.
@QuarkusIntegrationTest
class SightingsIT extends SightingsTest {}
