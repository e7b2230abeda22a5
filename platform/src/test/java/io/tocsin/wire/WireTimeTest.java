package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

    /// The short way of the usual form, and the long way of every form.
    @Test
    void shouldReadTheUsualFormAsAnyOther() {
        var random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            String fraction = "0123456789".substring(0, 1 + random.nextInt(10)).substring(random.nextInt(2));
            String text = "%04d-%02d-%02dT%02d:%02d:%02d%sZ"
                    .formatted(
                            1900 + random.nextInt(200),
                            random.nextInt(14),
                            random.nextInt(33),
                            random.nextInt(26),
                            random.nextInt(62),
                            random.nextInt(62),
                            random.nextBoolean() ? "" : "." + fraction);
            if (random.nextInt(10) == 0) {
                int at = random.nextInt(text.length());
                text = text.substring(0, at) + "T:-.Zx 5".charAt(random.nextInt(8)) + text.substring(at + 1);
            }
            assertThat(read(text)).as(text).isEqualTo(read(" " + text));
        }
    }

    private static String read(String text) {
        try {
            return WireTime.parse(text).toString();
        } catch (IllegalArgumentException refused) {
            return "refused";
        }
    }

    @Test
    void shouldWriteAsTheFormatterOfJava() {
        var random = new Random(13);
        for (int i = 0; i < 20_000; i++) {
            var time = new WireTime(random.nextLong(-600_000_000_000_000_000L, 3_000_000_000_000_000_000L));
            String expected = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS")
                    .withZone(ZoneOffset.UTC)
                    .format(time.toInstant())
                    .replaceFirst("\\.?0+$", "");
            assertThat(time).hasToString(expected + "Z");
        }
    }

    @Test
    void shouldCountFromYearOneWhenAnAlertIdNeedsIt() {
        assertThat(WireTime.parse("2019-08-22T15:04:01.0409372Z").dotNetTicks()).isEqualTo(637_020_830_410_409_372L);
    }
}
