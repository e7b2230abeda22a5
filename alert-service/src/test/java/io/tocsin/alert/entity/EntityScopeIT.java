package io.tocsin.alert.entity;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [EntityScopeTest] against the packaged service.
@QuarkusIntegrationTest
class EntityScopeIT extends EntityScopeTest {}
