package io.tocsin.indicator.matching;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.PrefixLengths;
import io.tocsin.wire.ProblemException;
import java.util.Locale;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// Whatever is taken as a value has one form, is found by itself in each of its spellings, and anything else is refused
/// in
/// the same words.
class LookupTest {

    private static final String SEED = "20261121";

    record Value(IndicatorType type, String text) {}

    @Property(seed = SEED, tries = 20_000)
    void shouldHaveOneFormWhenTaken(@ForAll("values") Value value) {
        String once = canonical(value.type(), value.text());
        Assume.that(once != null);

        assertThat(canonical(value.type(), once)).isEqualTo(once);
        assertThat(canonical(value.type(), CanonicalValue.answered(value.type(), value.text())))
                .isEqualTo(once);
        if (value.type() != IndicatorType.Url) {
            assertThat(canonical(value.type(), value.text().toUpperCase(Locale.ROOT)))
                    .isEqualTo(once);
        }
    }

    @Property(seed = SEED, tries = 20_000)
    void shouldBeFoundByItselfAndByWhatIsAnsweredWhenTaken(@ForAll("values") Value value) {
        String canonical = canonical(value.type(), value.text());
        Assume.that(canonical != null && canonical.length() <= CanonicalValue.LONGEST);

        var own = new Lookup.Key(value.type(), canonical);
        assertThat(Lookup.keys(value.type(), value.text(), PrefixLengths.ALL)).contains(own);
        assertThat(Lookup.keys(value.type(), CanonicalValue.answered(value.type(), value.text()), PrefixLengths.ALL))
                .contains(own);
    }

    @Property(seed = SEED)
    void shouldBeFoundWhenWhatIsAskedLiesBelow(@ForAll("urls") String url, @ForAll("folders") String below) {
        String canonical = canonical(IndicatorType.Url, url);
        Assume.that(canonical != null);
        String folder = canonical.split("\\?", 2)[0];
        String asked = canonical(IndicatorType.Url, folder + "/" + below);
        Assume.that(asked != null && asked.startsWith(folder + "/"));

        assertThat(Lookup.keys(IndicatorType.Url, folder + "/" + below, PrefixLengths.ALL))
                .contains(new Lookup.Key(IndicatorType.Url, folder));
    }

    /// Null when refused; anything but a [ProblemException] fails the property.
    private static String canonical(IndicatorType type, String text) {
        try {
            return CanonicalValue.of(type, text);
        } catch (ProblemException refused) {
            assertThat(refused.type().status()).isEqualTo(400);
            return null;
        }
    }

    @Provide
    Arbitrary<Value> values() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, addresses().map(text -> new Value(IndicatorType.IpAddress, text))),
                Tuple.of(3, hosts().map(text -> new Value(IndicatorType.DomainName, text))),
                Tuple.of(6, urls().map(text -> new Value(IndicatorType.Url, text))),
                Tuple.of(1, hashes()),
                Tuple.of(
                        1,
                        Combinators.combine(Arbitraries.of(IndicatorType.values()), Arbitraries.strings())
                                .as(Value::new)));
    }

    private static Arbitrary<Value> hashes() {
        return Arbitraries.of(
                        IndicatorType.FileMd5,
                        IndicatorType.FileSha1,
                        IndicatorType.FileSha256,
                        IndicatorType.CertificateThumbprint)
                .flatMap(type -> Arbitraries.strings()
                        .withChars("0123456789abcdefABCDEF")
                        .ofLength(
                                switch (type) {
                                    case FileMd5 -> 32;
                                    case FileSha256 -> 64;
                                    default -> 40;
                                })
                        .map(text -> new Value(type, text)));
    }

    private static Arbitrary<String> addresses() {
        Arbitrary<String> quad = parts("1 8 10 203 255", "0 256 08 009 x", ".", 4, 4);
        Arbitrary<String> groups = Arbitraries.oneOf(
                parts("0 1 2001 DB9 db9 ffff FFFF", "00001 g 1%eth0", ":", 8, 8),
                parts("1 2001 DB9 0db9 0", "00001", ":", 1, 6).map(head -> head + "::"),
                parts("1 ffff DB9", "::", ":", 1, 6).map(tail -> "2001::" + tail));
        return Arbitraries.oneOf(
                quad,
                groups,
                quad.map(tail -> "::ffff:" + tail),
                Combinators.combine(groups, quad).as((head, tail) -> head + ":" + tail));
    }

    private static Arbitrary<String> hosts() {
        return Combinators.combine(
                        parts(
                                "bad BAD xn--mnchen-3ya München MÜNCHEN 東京 a_b 0x7f 08 1 ab\u00ADc ａ İ 🦊 XN--a \u212A",
                                "faß ςigma -a a- * ﷺ xn-- a\u2024b \uD83E " + "x".repeat(63) + " " + "x".repeat(64),
                                ".",
                                1,
                                4),
                        Arbitraries.frequencyOf(
                                Tuple.of(8, Arbitraries.of(".example", ".Example", ".example.", "。テスト")),
                                Tuple.of(1, Arbitraries.of("", "..", ".08", ".0x7f", ":80", "/a"))))
                .as((name, end) -> name + end);
    }

    @Provide
    Arbitrary<String> urls() {
        Arbitrary<String> scheme = mostly("http:// https:// HTTP:// http://u:p@", "ftp:// http: //");
        Arbitrary<String> host =
                Arbitraries.oneOf(hosts(), addresses(), addresses().map(address -> "[" + address + "]"));
        Arbitrary<String> port = mostly(": :80 :443 :8080 :0080", ":99999 :x");
        Arbitrary<String> query = Arbitraries.of(
                "", "", "", "?", "?a=b", "?u=http://x.example/", "?a=%7b{ %", "#f", "?a#f?b/", "/?/", "?%2561", "??");
        return Combinators.combine(
                        Arbitraries.oneOf(Arbitraries.just(""), scheme),
                        host,
                        Arbitraries.oneOf(Arbitraries.just(""), port),
                        Arbitraries.oneOf(Arbitraries.just(""), folders().map(text -> "/" + text)),
                        query)
                .as((s, h, p, f, q) -> s + h + p + f + q);
    }

    @Provide
    Arbitrary<String> folders() {
        return parts(
                "a A b . .. %2e%2E %61 % %%36%31 %zz %2F ü %c3%bc | {} a\\b \\ 東 @ : :// http://x.example ;v=1 %00",
                "\uD83E \u0000 \u007f", "/", 1, 6);
    }

    private static Arbitrary<String> parts(String words, String oddOnes, String divider, int least, int most) {
        return mostly(words, oddOnes)
                .list()
                .ofMinSize(least)
                .ofMaxSize(most)
                .map(parts -> parts.stream().collect(Collectors.joining(divider)));
    }

    private static Arbitrary<String> mostly(String words, String oddOnes) {
        return Arbitraries.frequencyOf(
                Tuple.of(20, Arbitraries.of(words.split(" "))), Tuple.of(1, Arbitraries.of(oddOnes.split(" "))));
    }
}
