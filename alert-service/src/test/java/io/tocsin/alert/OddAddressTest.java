package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The address as it goes over the wire: what no HTTP client of a library would send.
@QuarkusTest
class OddAddressTest extends ApiTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '~',
            value = {
                "/api/alerts?$filter=contains(assignedTo,'100%') query",
                "/api/alerts?$top=1&x=%zz query",
                "/api/alerts?$filter=title%20eq%20'{x}' query",
                "/API//alerts/?$filter=a|b query",
                "/api/alerts/%zz path",
                "/api/alerts/%ff path",
                "/api/alerts/%00 path",
                "/api/machines/% path",
                "/nothing/at/all?% query",
            })
    void shouldAnswerTheEnvelopeWhenTheAddressIsNone(String target, String part) throws Exception {
        // When
        String answer = sent(target);

        // Then
        String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
        var error = new ObjectMapper().readTree(answer.substring(head.length())).get("error");
        assertThat(head)
                .startsWith("HTTP/1.1 400 ")
                .containsIgnoringCase("\r\nContent-Type: application/json; charset=utf-8")
                .containsIgnoringCase("\r\nX-Request-Id: " + error.get("target").asText());
        assertThat(error.get("code").asText()).isEqualTo("BadRequest");
        assertThat(error.get("message").asText())
                .startsWith("The " + part + " is not valid: ")
                .doesNotContain("length");
    }

    private static String sent(String target) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: tocsin.example\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
