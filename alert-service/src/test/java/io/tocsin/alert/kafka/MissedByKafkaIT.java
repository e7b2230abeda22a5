package io.tocsin.alert.kafka;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [MissedByKafkaTest] against the packaged service.
@QuarkusIntegrationTest
class MissedByKafkaIT extends MissedByKafkaTest {}
