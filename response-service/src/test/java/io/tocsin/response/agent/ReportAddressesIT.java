package io.tocsin.response.agent;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [ReportAddressesTest] against the packaged service.
@QuarkusIntegrationTest
class ReportAddressesIT extends ReportAddressesTest {}
