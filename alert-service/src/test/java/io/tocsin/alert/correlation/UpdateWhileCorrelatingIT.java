package io.tocsin.alert.correlation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [UpdateWhileCorrelatingTest] against the packaged service.
@QuarkusIntegrationTest
class UpdateWhileCorrelatingIT extends UpdateWhileCorrelatingTest {}
