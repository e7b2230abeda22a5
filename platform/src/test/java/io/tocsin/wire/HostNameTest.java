package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @ParameterizedTest
    @CsvSource({
        "bad.example, bad.example",
        "CDN.Bad.Example., cdn.bad.example",
        "bücher.example, xn--bcher-kva.example",
        "_dmarc.bad.example, _dmarc.bad.example",
        "a.b.c.d.e, a.b.c.d.e"
    })
    void shouldSpellADomainInOneWay(String text, String canonical) {
        assertThat(HostName.canonical(text)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "localhost",
                "203.0.113.7",
                "bad..example",
                "-bad.example",
                "bad-.example",
                "bad example.com",
                "http://bad.example",
                "bad.example/x",
                "*.bad.example",
                "bad.example:443",
                "[::1]"
            })
    void shouldKnowWhatIsNone(String text) {
        assertThat(HostName.canonical(text)).isEmpty();
        assertThatThrownBy(() -> HostName.required(text)).isInstanceOf(ProblemException.class);
    }

    @Test
    void shouldBoundItsLength() {
        String label = "a".repeat(63);
        assertThat(HostName.canonical(label + ".example")).isPresent();
        assertThat(HostName.canonical("a" + label + ".example")).isEmpty();
        assertThat(HostName.canonical((label + ".").repeat(4) + "example")).isEmpty();
    }
}
