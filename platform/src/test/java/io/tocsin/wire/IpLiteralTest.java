package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::7", "::ffff:203.0.113.7"})
    void shouldKnowAnAddress(String text) {
        assertThat(IpLiteral.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "1.2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "300.1.1.1",
                "8.8.8.08",
                "010.0.0.1",
                "1.2.3.4%eth0",
                "fe80::1%eth0",
                "example.com",
                ":",
                "1.2.3.4/32",
                " 1.2.3.4"
            })
    void shouldKnowWhatIsNone(String text) {
        assertThat(IpLiteral.isOne(text)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "::ffff:203.0.113.7, 203.0.113.7",
        "2001:DB8:0:0:0:0:0:7, 2001:db8::7",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:0:0:0:0:0:0:0, 1::",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "fe80:0:0:1:2:3:4:0, fe80::1:2:3:4:0",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1"
    })
    void shouldSpellAnAddressInOneWay(String text, String canonical) {
        assertThat(IpLiteral.canonical(text)).contains(canonical);
    }

    @Test
    void shouldSpellNothingWhenItIsNoAddress() {
        assertThat(IpLiteral.canonical("256.1.1.1")).isEmpty();
        assertThatThrownBy(() -> IpLiteral.required("256.1.1.1")).isInstanceOf(ProblemException.class);
    }
}
