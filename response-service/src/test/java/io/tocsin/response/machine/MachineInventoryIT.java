package io.tocsin.response.machine;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class MachineInventoryIT extends MachineInventoryTest {}
