package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.Header;
import io.restassured.http.Headers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadersTest {

    private static final List<Header> GOOD = List.of(
            new Header("X-Content-Type-Options", "nosniff"),
            new Header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            new Header("cache-control", "no-store"));

    @Test
    void shouldFindNothingWhereEveryHeaderIsThereOnce() {
        assertThat(AnswerHeaders.faults(new Headers(GOOD))).isEmpty();
    }

    @Test
    void shouldMissEachOfThem() {
        for (Header one : GOOD) {
            var others = new ArrayList<>(GOOD);
            others.remove(one);
            assertThat(AnswerHeaders.faults(new Headers(others))).hasSize(1);
            others.addAll(List.of(one, one));
            assertThat(AnswerHeaders.faults(new Headers(others))).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Server", "x-powered-by"})
    void shouldNoticeWhatTellsTooMuch(String name) {
        var headers = new ArrayList<>(GOOD);
        headers.add(new Header(name, "x"));

        assertThat(AnswerHeaders.faults(new Headers(headers))).hasSize(1);
    }
}
