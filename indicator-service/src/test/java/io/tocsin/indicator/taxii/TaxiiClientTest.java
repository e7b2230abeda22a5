package io.tocsin.indicator.taxii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The client of others, where there is one: `make prove-taxii PYTHON=…`, a Python with `taxii2-client` and `stix2`.
@QuarkusTest
@EnabledIfSystemProperty(
        named = "tocsin.taxii.python",
        matches = ".+",
        disabledReason = "no Python with taxii2-client and stix2 is named: make prove-taxii PYTHON=…")
class TaxiiClientTest extends ApiTest {

    private static final int LACKS_PACKAGES = 77;

    @Test
    void shouldAgreeWithTheStandardsOwnClient() throws IOException, InterruptedException {
        Process client = new ProcessBuilder(
                        System.getProperty("tocsin.taxii.python"),
                        Path.of("src/test/resources/taxii_client.py").toString(),
                        "http://localhost:" + RestAssured.port,
                        Tokens.application("Ti.ReadWrite.All"))
                .redirectErrorStream(true)
                .start();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        int status = client.waitFor();
        System.out.print(said);
        assumeThat(status).as(said).isNotEqualTo(LACKS_PACKAGES);
        assertThat(status).as(said).isZero();
    }
}
