package io.tocsin.indicator.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListLinesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7                | 203.0.113.7",
                "203.0.113.7 # since May    | 203.0.113.7",
                "203.0.113.0/24 ; SBL1      | 203.0.113.0/24",
                "bad[.]example              | bad.example",
                "hXXps://bad[.]example/a,b  | https://bad.example/a,b",
                "0.0.0.0 ads.example        | ads.example",
                "127.0.0.1 localhost        | ''",
                "# comment                  | ''",
                "// comment                 | ''",
                "''                         | ''"
            })
    void shouldFindTheValueOfALine(String line, String value) {
        assertThat(ListLines.value(line)).isEqualTo(value);
    }
}
