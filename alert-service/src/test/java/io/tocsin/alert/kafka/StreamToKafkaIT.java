package io.tocsin.alert.kafka;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class StreamToKafkaIT extends StreamToKafkaTest {}
