package io.tocsin.alert.webhook;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class DeliverToWebhooksIT extends DeliverToWebhooksTest {}
