package io.tocsin.alert.entity;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ReadEntitiesTest] against the packaged service.
@QuarkusIntegrationTest
class ReadEntitiesIT extends ReadEntitiesTest {}
