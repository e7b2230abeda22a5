package io.tocsin.alert.webhook;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class ProveWebhooksIT extends ProveWebhooksTest {}
