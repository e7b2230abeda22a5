package io.tocsin.response.devicegroup;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [DeviceGroupsTest] against the packaged service.
@QuarkusIntegrationTest
class DeviceGroupsIT extends DeviceGroupsTest {}
