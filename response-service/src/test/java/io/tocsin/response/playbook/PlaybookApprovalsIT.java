package io.tocsin.response.playbook;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class PlaybookApprovalsIT extends PlaybookApprovalsTest {}
