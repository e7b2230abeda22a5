package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NextLinkTest {

    private static final String URL = "https://mde.example/api/v1.0/alerts";

    private final Map<String, List<String>> options = new LinkedHashMap<>();

    @Test
    void shouldSkipThePageWhenItWasFull() {
        assertThat(nextLink(10_000)).isEqualTo(URL + "?$skip=10000");
    }

    @Test
    void shouldEndWhenThePageWasNotFull() {
        assertThat(nextLink(9_999)).isNull();
    }

    @Test
    void shouldEndWhenTheCallerSetTop() {
        // Given
        options.put("$top", List.of("5"));

        // Then
        assertThat(nextLink(5)).isNull();
    }

    @Test
    void shouldKeepTheOtherOptionsAndReplaceSkip() {
        // Given
        options.put("$filter", List.of("title eq 'a&b+c=100% ü'"));
        options.put("SKIP", List.of("10000"));
        options.put("$expand", List.of("evidence"));
        options.put("tag", List.of("x y", "z"));

        // When
        String link = nextLink(10_000);

        // Then
        assertThat(link)
                .isEqualTo(URL + "?$filter=title%20eq%20%27a%26b%2Bc%3D100%25%20%C3%BC%27"
                        + "&$expand=evidence&tag=x%20y&tag=z&$skip=20000");
    }

    private String nextLink(int rows) {
        return ODataQuery.of(Given.MODEL, options).nextLink(URL, options, rows);
    }
}
