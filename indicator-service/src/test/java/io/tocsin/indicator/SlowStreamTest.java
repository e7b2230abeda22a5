package io.tocsin.indicator;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.testkit.SlowRequest;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Senders that keep a stream open and write a line now and then.
@QuarkusTest
class SlowStreamTest extends ApiTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldAnswerAValueBeforeTheNextOneIsAsked(boolean packed) throws Exception {
        try (var request = SlowRequest.post("/v1/indicators/match", Tokens.application("Ti.ReadWrite.All"), packed)) {
            for (int number = 1; number <= 3; number++) {
                request.send("{\"type\":\"IpAddress\",\"value\":\"203.0.113." + number + "\"}\n");

                assertThat(request.nextLine()).contains("203.0.113." + number);
            }
            request.end();
            assertThat(request.nextLine()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldImportAnIndicatorBeforeTheNextOneIsSent(boolean packed) throws Exception {
        try (var request = SlowRequest.post("/v1/indicators/import", Tokens.application("Ti.ReadWrite.All"), packed)) {
            for (int number = 1; number <= 3; number++) {
                request.send(
                        "{\"indicatorValue\":\"slow" + number
                                + ".bad.example\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\",\"description\":\"d\"}\n");

                assertThat(request.nextLine()).contains("\"line\":" + number, "Created");
            }
            request.end();
            assertThat(request.nextLine()).isNull();
        }
    }
}
