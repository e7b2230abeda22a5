package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.net.URISyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '~',
            value = {
                "/api/alerts?$filter=contains(assignedTo,'100%') query %')",
                "/api/alerts?$top=1&$filter=a%2 query %2",
                "/api/alerts?% query %",
                "/api/alerts?a=%é1 query %é1",
                "/api/alerts/%zz path %zz",
                "/api/alerts/%4 path %4",
            })
    void shouldNameTheEscapeWhenItIsBroken(String target, String part, String escape) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(target))
                .withMessageMatching(
                        "The " + part + " is not valid: \\Q" + escape + "\\E at position \\d+ is no escape; .*");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/alerts?$filter=a|b, query, %7C",
        "/api/alerts?$filter=\"a\", query, %22",
        "/api/alerts?{, query, %7B",
        "/api/alerts/[x], path, %5B",
    })
    void shouldSayHowACharacterIsWrittenWhenItIsNoneOfAnAddress(String target, String part, String written) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(target))
                .withMessageMatching(
                        "The " + part + " is not valid: the character at position \\d+ is written " + written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/alerts?$filter=contains(assignedTo,'100%25')&$top=1",
                "/api/alerts?$filter=title%20eq%20'Größe'",
                "/api/alerts?[a]=b;c@d:e/f?g",
                "/API//alerts/x/",
                "/api/machines/findbyip(ip='10.0.0.4',timestamp=2026-01-05T10:00:00Z)",
                "/api/alerts/%ff",
                "/",
            })
    void shouldLetAnAddressPass(String target) {
        assertThatCode(() -> check(target)).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseWhateverIsNoUri() {
        for (char c = 0; c < 0x3000; c++) {
            for (String target :
                    new String[] {"/a" + c + "b", "/a?b" + c, "/a#b" + c, "/a?" + c + "41", "/" + c + "4g"}) {
                if (!isUri(target)) {
                    assertThatIllegalArgumentException()
                            .as(target)
                            .isThrownBy(() -> check(target))
                            .withMessageMatching("The (path|query|address) is not valid: .+");
                }
            }
        }
    }

    @Test
    void shouldSayInWordsOfOursThatAPathIsNoText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestTarget.decode("a%ff"))
                .withMessage("The path is not valid: its escapes are not UTF-8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestTarget.decode("a%00"))
                .withMessage("The path is not valid: it holds a NUL");
        assertThat(RequestTarget.decode("Gr%C3%b6%C3%9fe")).isEqualTo("Größe");
    }

    private static boolean isUri(String target) {
        try {
            return new URI(target).getRawPath() != null;
        } catch (URISyntaxException notOne) {
            return false;
        }
    }

    /// Split as the HTTP server does.
    private static void check(String target) {
        int fragment = target.indexOf('#');
        String before = fragment < 0 ? target : target.substring(0, fragment);
        int query = before.indexOf('?');
        RequestTarget.check(
                target,
                query < 0 ? before : before.substring(0, query),
                query < 0 ? null : before.substring(query + 1));
    }
}
