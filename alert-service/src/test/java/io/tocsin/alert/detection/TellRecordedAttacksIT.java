package io.tocsin.alert.detection;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class TellRecordedAttacksIT extends TellRecordedAttacksTest {}
