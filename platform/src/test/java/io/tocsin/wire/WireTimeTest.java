package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimeTest {

    @ParameterizedTest
    @CsvSource({
        "2026-02-03T09:15:27.1043382Z, 2026-02-03T09:15:27.1043382Z",
        "2026-02-03T09:15:27.1000000Z, 2026-02-03T09:15:27.1Z",
        "2026-02-03T09:15:27Z,         2026-02-03T09:15:27Z",
        "2026-02-03T09:15:27.0333333Z, 2026-02-03T09:15:27.0333333Z",
        "2026-02-03T09:15:27.123456789Z, 2026-02-03T09:15:27.1234567Z",
        "2026-02-03T10:15:27.5+01:00,  2026-02-03T09:15:27.5Z",
        "2018-08-01Z,                  2018-08-01T00:00:00Z",
        "2018-08-01,                   2018-08-01T00:00:00Z",
        "2020-08-06 15:56:14.044,      2020-08-06T15:56:14.044Z",
        "1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.9999999Z",
    })
    void shouldWriteWithZAndTrimmedFractionWhenReadInAnyForm(String read, String written) {
        assertThat(WireTime.parse(read)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-13-01",
                "2026-02-30T00:00:00Z",
                "2026-02-03T25:00:00Z",
                "2026-02-03T09:15:27.Z",
                "20260203"
            })
    void shouldRefuseWhenItIsNoTime(String text) {
        assertThatThrownBy(() -> WireTime.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepEveryTickWhenWrittenAndReadAgain() {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            var time = new WireTime(random.nextLong(-10_000_000_000_000_000L, 40_000_000_000_000_000L));
            assertThat(WireTime.parse(time.toString())).isEqualTo(time);
            assertThat(WireTime.of(time.toInstant())).isEqualTo(time);
        }
    }

    @Test
    void shouldCountFromYearOneWhenAnAlertIdNeedsIt() {
        assertThat(WireTime.parse("2019-08-22T15:04:01.0409372Z").dotNetTicks()).isEqualTo(637_020_830_410_409_372L);
    }
}
