package io.tocsin.response.action;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/// [FilesInS3Test] against the packaged service.
@QuarkusIntegrationTest
class FilesInS3IT extends FilesInS3Test {}
