package io.tocsin.alert.sigma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigmaRuleTest {

    private static final List<String> FIELDS = List.of("Image", "CommandLine", "User", "Ip", "Size", "Other");

    private static final Vocabulary WORDS = new Vocabulary() {
        @Override
        public int kind(LogSource source) {
            return 0;
        }

        @Override
        public int field(int kind, String name) {
            int field = FIELDS.indexOf(name);
            if (field < 0) {
                throw new SigmaException("field '" + name + "' is not known");
            }
            return field;
        }
    };

    /// Selection, a field of the event and its value, and whether the one is true of the other.
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "Image: 'C:\\Windows\\cmd.exe' ~ Image ~ c:\\windows\\CMD.EXE ~ true",
                "Image: 'cmd.exe' ~ Image ~ C:\\Windows\\cmd.exe ~ false",
                "Image|endswith: '\\cmd.exe' ~ Image ~ C:\\Windows\\CMD.exe ~ true",
                "Image|endswith: '\\cmd.exe' ~ Image ~ C:\\Windows\\xcmd.exe ~ false",
                "Image|startswith: 'C:\\Win' ~ Image ~ c:\\windows\\cmd.exe ~ true",
                "Image|contains: 'dows\\c' ~ Image ~ C:\\Windows\\cmd.exe ~ true",
                "Image|cased: 'cmd.exe' ~ Image ~ CMD.EXE ~ false",
                "Image|contains|cased: 'cmd' ~ Image ~ x cmd y ~ true",
                "Image: '*\\c?d.exe' ~ Image ~ C:\\Windows\\cmd.exe ~ true",
                "Image: '*\\c?d.exe' ~ Image ~ C:\\Windows\\cmmd.exe ~ false",
                "Image: 'a*b*c' ~ Image ~ aXbbXbc ~ true",
                "Image: 'a*b*c' ~ Image ~ aXbbXb ~ false",
                "Image: 'what\\?' ~ Image ~ what? ~ true",
                "Image: 'what\\?' ~ Image ~ whatX ~ false",
                "Image: '\\\\*x' ~ Image ~ \\anything x ~ true",
                "Image: '\\\\*x' ~ Image ~ anything x ~ false",
                "Image: '\\\\\\*x' ~ Image ~ \\*x ~ true",
                "Image: '\\\\\\*x' ~ Image ~ \\ax ~ false",
                "Image: '\\\\\\\\server\\share' ~ Image ~ \\\\server\\share ~ true",
                "Image: '*' ~ Image ~ anything ~ true",
                "Image: '*' ~ Other ~ anything ~ false",
                "Image: '' ~ Other ~ anything ~ true",
                "Image: '' ~ Image ~ anything ~ false",
                "Image: null ~ Other ~ anything ~ true",
                "Image: null ~ Image ~ anything ~ false",
                "Image: [a, null] ~ Other ~ anything ~ true",
                "Image|exists: true ~ Image ~ x ~ true",
                "Image|exists: false ~ Image ~ x ~ false",
                "Image|exists: false ~ Other ~ x ~ true",
                "Size: 443 ~ Size ~ 443 ~ true",
                "Size: [80, 443] ~ Size ~ 80 ~ true",
                "Size|gt: 10 ~ Size ~ 11 ~ true",
                "Size|gt: 10 ~ Size ~ 10 ~ false",
                "Size|gte: 10 ~ Size ~ 10 ~ true",
                "Size|lt: 10 ~ Size ~ 9 ~ true",
                "Size|lte: 0x10 ~ Size ~ 16 ~ true",
                "Size|lt: 10 ~ Size ~ many ~ false",
                "CommandLine|contains: [one, two] ~ CommandLine ~ only two here ~ true",
                "CommandLine|contains|all: [one, two] ~ CommandLine ~ only two here ~ false",
                "CommandLine|contains|all: [one, two] ~ CommandLine ~ two and ONE ~ true",
                "CommandLine|re: 'ab+c' ~ CommandLine ~ xxabbbcxx ~ true",
                "CommandLine|re: '^ab+c' ~ CommandLine ~ xxabbbcxx ~ false",
                "CommandLine|re: 'AB' ~ CommandLine ~ ab ~ false",
                "CommandLine|re|i: 'AB' ~ CommandLine ~ ab ~ true",
                "CommandLine|contains|windash: ' -enc ' ~ CommandLine ~ powershell /enc x ~ true",
                "CommandLine|contains|windash: ' /enc ' ~ CommandLine ~ powershell -enc x ~ true",
                "CommandLine|contains|windash: ' -enc ' ~ CommandLine ~ powershell ―enc x ~ true",
                "CommandLine|contains|windash: ' -enc ' ~ CommandLine ~ powershell +enc x ~ false",
                "CommandLine|contains|windash: ' -a-b ' ~ CommandLine ~ x /a-b y ~ true",
                "CommandLine|contains|windash: ' -a-b ' ~ CommandLine ~ x -a/b y ~ false",
                "CommandLine|base64|contains: 'hello' ~ CommandLine ~ run aGVsbG8= now ~ true",
                "CommandLine|base64offset|contains: 'needle' ~ CommandLine ~ YSBuZWVkbGUgaGVyZQ== ~ true",
                "CommandLine|base64offset|contains: 'needle' ~ CommandLine ~ b25lIG5lZWRsZSBoZXJl ~ true",
                "CommandLine|base64offset|contains: 'needle' ~ CommandLine ~ bmVlZGxl ~ true",
                "CommandLine|base64offset|contains: 'needle' ~ CommandLine ~ bm9kbGU= ~ false",
                "CommandLine|wide|base64offset|contains: 'IEX' ~ CommandLine ~ SQBFAFgAIAAoAE4AZQB3AA== ~ true",
                "CommandLine|utf16le|base64|contains: 'IEX' ~ CommandLine ~ SQBFAFgA ~ true",
                "Ip|cidr: 10.0.0.0/8 ~ Ip ~ 10.9.8.7 ~ true",
                "Ip|cidr: 10.0.0.0/8 ~ Ip ~ 11.9.8.7 ~ false",
                "Ip|cidr: 172.16.0.0/12 ~ Ip ~ 172.31.255.1 ~ true",
                "Ip|cidr: 172.16.0.0/12 ~ Ip ~ 172.32.0.1 ~ false",
                "Ip|cidr: 'fe80::/10' ~ Ip ~ fe80::3816:b2ee:1b9b:324b ~ true",
                "Ip|cidr: 10.0.0.0/8 ~ Ip ~ not an address ~ false",
                "Ip|cidr: [192.168.0.0/16, '::1/128'] ~ Ip ~ 0:0:0:0:0:0:0:1 ~ true",
            })
    void shouldCompareAsTheStandardSays(String selection, String field, String value, boolean expected) {
        SigmaRule rule = rule("selection:\n    " + selection + "\n  condition: selection");

        assertThat(rule.test().of(event(Map.of(field, value)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a and b                  | true",
                "a and c                  | false",
                "a or c                   | true",
                "not c                    | true",
                "not not a                | true",
                "not a or b               | true",
                "not (a or b)             | false",
                "a and not c and b        | true",
                "c or c and a             | false",
                "(c or a) and b           | true",
                "a or b and c             | true",
                "1 of them                | true",
                "any of them              | true",
                "all of them              | false",
                "1 of filter_*            | false",
                "all of selection_*       | true",
                "a and not 1 of filter_*  | true",
                "1 of *                   | true",
                "A AND B                  | error",
                "a AND b                  | true",
            })
    void shouldBindConditionsAsTheStandardSays(String condition, String expected) {
        String detection = """
                a:
                    Image: x
                  b:
                    CommandLine: y
                  c:
                    User: z
                  selection_1:
                    Image: x
                  selection_2:
                    CommandLine: y
                  filter_1:
                    User: z
                  filter_2:
                    Size: 1
                  _hidden:
                    Image: nobody
                  condition:\s""" + condition;
        if (expected.equals("error")) {
            assertThatThrownBy(() -> rule(detection)).hasMessageContaining("there is no item 'A'");
            return;
        }

        assertThat(rule(detection).test().of(event(Map.of("Image", "x", "CommandLine", "y"))))
                .isEqualTo(Boolean.parseBoolean(expected));
    }

    @Test
    void shouldTakeAllFieldsOfASelectionAndAnyOfAList() {
        SigmaRule rule = rule("""
                selection:
                    - Image: x
                      User: ann
                    - Image: y
                  condition: selection""");

        assertThat(rule.test().of(event(Map.of("Image", "x")))).isFalse();
        assertThat(rule.test().of(event(Map.of("Image", "x", "User", "ann")))).isTrue();
        assertThat(rule.test().of(event(Map.of("Image", "y")))).isTrue();
    }

    @Test
    void shouldFindKeywordsInAnyField() {
        SigmaRule any = rule("keywords: [mimikatz, 'seku*lsa']\n  condition: keywords");
        SigmaRule all = rule("keywords:\n    '|all': [one, two]\n  condition: keywords");

        assertThat(any.test().of(event(Map.of("Other", "run MimiKatz now")))).isTrue();
        assertThat(any.test().of(event(Map.of("User", "sekurlsa")))).isTrue();
        assertThat(any.test().of(event(Map.of("User", "ann")))).isFalse();
        assertThat(all.test().of(event(Map.of("User", "one", "Other", "a two b"))))
                .isTrue();
        assertThat(all.test().of(event(Map.of("User", "one")))).isFalse();
    }

    @Test
    void shouldCompareTwoFieldsWhenOneRefersToTheOther() {
        SigmaRule equal = rule("s:\n    Image|fieldref: Other\n  condition: s");
        SigmaRule ends = rule("s:\n    Image|fieldref|endswith: Other\n  condition: s");

        assertThat(equal.test().of(event(Map.of("Image", "X", "Other", "x")))).isTrue();
        assertThat(equal.test().of(event(Map.of("Image", "X")))).isFalse();
        assertThat(ends.test().of(event(Map.of("Image", "C:\\x", "Other", "X"))))
                .isTrue();
    }

    @Test
    void shouldReadScalarsAsAPersonDoes() {
        SigmaRule rule = rule("s:\n    User: [yes, 0x10, 1_000, 010, 2026-11-21]\n  condition: s");

        for (String value : List.of("yes", "0x10", "1_000", "010", "2026-11-21")) {
            assertThat(rule.test().of(event(Map.of("User", value)))).as(value).isTrue();
        }
        assertThat(rule.test().of(event(Map.of("User", "16")))).isFalse();
    }

    @Test
    void shouldReadJsonToo() {
        SigmaRule rule = new RuleCompiler(WORDS)
                .compile(
                        "{\"title\":\"t\",\"level\":\"high\",\"logsource\":{\"category\":\"c\"},\"tags\":[\"attack.T1059\"],"
                                + "\"detection\":{\"s\":{\"Image|endswith\":\"\\\\cmd.exe\"},\"condition\":\"s\"}}");

        assertThat(rule.level()).isEqualTo(SigmaLevel.HIGH);
        assertThat(rule.tags()).containsExactly("attack.t1059");
        assertThat(rule.test().of(event(Map.of("Image", "C:\\cmd.exe")))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "s: {Image: x}#  condition: s @ count() > 3      | aggregations",
                "s: {Image: x}#  timeframe: 5m#  condition: s    | timeframe",
                "s: {Image@expand: '%x%'}#  condition: s         | modifier 'expand'",
                "s: {Image@minute: 3}#  condition: s             | modifier 'minute'",
                "s: {Nobody: x}#  condition: s                   | field 'Nobody' is not known",
                "s: {Image@re: '(?=x)'}#  condition: s           | no look-around",
                "s: {Image@i: x}#  condition: s                  | modifiers of re",
                "s: {Image@wide: x}#  condition: s               | without base64",
                "s: {Ip@cidr: 10.0.0.0}#  condition: s           | block of addresses",
                "s: {Size@gt: many}#  condition: s               | not a number",
                "s: {Image@exists: maybe}#  condition: s         | either true or false",
                "s: {Image: []}#  condition: s                   | empty list",
                "s: {}#  condition: s                            | s is empty",
                "s: {Image: {a: b}}#  condition: s               | no text, number",
                "s: {Image: x}                                   | condition is missing",
                "s: {Image: x}#  condition: t                    | there is no item 't'",
                "s: {Image: x}#  condition: s and                | ends too early",
                "s: {Image: x}#  condition: (s                   | not closed",
                "s: {Image: x}#  condition: s s                  | not expected there",
                "s: {Image: x}#  condition: 1 of t_*             | no item is named 't_*'",
                "s: {Image: x}#  condition: 2 of them            | '2 of' is not supported",
            })
    void shouldSayWhatItCannotUse(String detection, String message) {
        String text = detection.replace("#", "\n").replace("@", "|");

        assertThatThrownBy(() -> rule(text)).isInstanceOf(SigmaException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "title: t\ncorrelation: {type: event_count}",
                "title: t\naction: global\nlogsource: {category: c}",
                "title: t\nlogsource: {category: c}\ndetection: {s: {Image: x}, condition: s}\nlevel: awful",
                "title: t\nlogsource: c\ndetection: {s: {Image: x}, condition: s}",
                "title: t\ntitle: u",
                "a: *nobody",
                "--- \ntitle: a\n---\ntitle: b",
                "!!java.net.URL [http://x.example]",
                "title: !!javax.script.ScriptEngineManager []",
                "[1, 2]",
                "\ttitle: t",
                "",
            })
    void shouldRefuseWhatIsNoRule(String text) {
        assertThatThrownBy(() -> new RuleCompiler(WORDS).compile(text)).isInstanceOf(SigmaException.class);
    }

    @Test
    void shouldNotGrowWithWhatIsMadeToMakeItGrow() {
        var laughs = new StringBuilder("title: t\na: &a [x, x, x, x, x, x, x, x, x]\n");
        for (char c = 'b'; c < 'k'; c++) {
            laughs.append(c).append(": &").append(c).append(" [");
            laughs.append(("*" + (char) (c - 1) + ", ").repeat(9)).append("x]\n");
        }

        assertThatThrownBy(() -> new RuleCompiler(WORDS).compile(laughs.toString()))
                .isInstanceOf(SigmaException.class);
        assertThatThrownBy(() -> new RuleCompiler(WORDS).compile("a: ".repeat(100_000)))
                .isInstanceOf(SigmaException.class);
        assertThatThrownBy(() -> new RuleCompiler(WORDS).compile("a: " + "[".repeat(5_000)))
                .isInstanceOf(SigmaException.class);
        assertThatThrownBy(() -> rule("s: {Image: x}\n  condition: " + "(".repeat(500) + "s" + ")".repeat(500)))
                .hasMessageContaining("nested deeper");
    }

    @Test
    void shouldStayLinearWhenAnExpressionIsMadeToBacktrack() {
        SigmaRule rule = rule("s:\n    CommandLine|re: '(a+)+$'\n  condition: s");
        SigmaRule globs = rule("s:\n    CommandLine: '*a*a*a*a*a*a*a*a*b'\n  condition: s");
        SigmaEvent event = event(Map.of("CommandLine", "a".repeat(30_000) + "c"));

        assertThat(rule.test().of(event)).isFalse();
        assertThat(globs.test().of(event)).isFalse();
    }

    /// Each would be millions of instructions, or none that RE2 takes.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(a{1000}){1000}",
                "(?:[a-z]{100}){100}",
                "((a{0,70}){1,70}){2,}",
                "((\\x{41}|b){90}c){90}",
                "\\Q[\\E(a{100}){100}",
                "a{1000}\\Q\\E{1000}\\Q\\E{1000}",
                "a{900}(?i){300}(?i){300}",
                "\\pL\\PL[\\pL][^\\p{Lu}]\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL\\pL",
                "((a{1000}[[:alpha:])]){1000}[[:alpha:])]){1000}",
                "[]](a{100}){100}",
                "[^]](a{100}){100}",
                "[\\]](a{100}){100}"
            })
    void shouldRefuseAnExpressionThatRepeatsRepeats(String expression) {
        assertThatThrownBy(() -> rule("s:\n    CommandLine|re: '" + expression + "'\n  condition: s"))
                .hasMessageContaining("repeats too much");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[A-Za-z0-9+/]{500,}={0,2}",
                "(?i)\\x{1000}\\p{Greek}{3}",
                "(a|b){100}",
                "a{1000}",
                "(?i)https?[:/]{2}[a-z]{10,}",
                "https?://[0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}[.][0-9]{1,3}",
                "\\\\Quarantine\\\\[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "token[:=]\\s*[A-Z0-9]{20}.{0,100}",
                "C:\\\\ProgramData\\\\[^\\\\]{1,40}[[:alpha:]]{8}",
                "\\QC:\\Users\\E.{3}"
            })
    void shouldTakeAnExpressionThatRepeatsAsOthersDo(String expression) {
        assertThat(rule("s:\n    CommandLine|re: '" + expression + "'\n  condition: s"))
                .isNotNull();
    }

    @Test
    void shouldRefuseARuleWhoseExpressionsRepeatTooMuchTogether() {
        String expressions = "[" + "'a{900}', ".repeat(60) + "b]";

        assertThatThrownBy(() -> rule("s:\n    CommandLine|re: " + expressions + "\n  condition: s"))
                .hasMessageContaining("together, written out");
    }

    /// What is a lot for one expression, as it is held against a long text.
    @Test
    @Timeout(30)
    void shouldEndARuleThatTakesTooLong() {
        SigmaRule slow = rule("s:\n    CommandLine|re: '(?s)(.{0,40}){40}\\x00'\n  condition: s");
        SigmaRule globs =
                rule("s:\n    CommandLine: '*" + "a".repeat(400) + "?" + "a".repeat(400) + "b'\n  condition: s");
        SigmaEvent event = event(Map.of("CommandLine", "a".repeat(2_000_000)));

        SigmaRule mentions = rule("k: [" + "nowhere, ".repeat(1_500) + "x]\n  condition: " + "k or ".repeat(700) + "k");

        for (SigmaRule rule : List.of(slow, globs, mentions)) {
            assertThatThrownBy(() ->
                            EvaluationTime.within(50_000_000, () -> rule.test().of(event)))
                    .isInstanceOf(SlowRuleException.class);
        }
        assertThat(EvaluationTime.within(
                        10_000_000_000L,
                        () -> rule("s:\n    CommandLine|re: 'b$'\n  condition: s")
                                .test()
                                .of(event)))
                .isFalse();
        assertThatThrownBy(() -> EvaluationTime.within(0, () -> true)).isInstanceOf(SlowRuleException.class);
    }

    @Test
    void shouldBoundWhatConditionsNameByStars() {
        var items = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            items.append("a").append(i).append(": {Image: x}\n  ");
        }

        assertThat(rule(items + "condition: " + "1 of a* or ".repeat(100) + "all of a1*"))
                .isNotNull();
        assertThatThrownBy(() -> rule(items + "condition: " + "1 of a* or ".repeat(300) + "a1"))
                .hasMessageContaining("items");
    }

    /// A rule that is too large for what is left takes nothing from those behind it.
    @Test
    void shouldTakeOfATenantOnlyWhatIsInForce() {
        String large = "title: t\nlogsource:\n  category: c\ndetection:\n  s:\n    CommandLine|re: ["
                + "'a{900}', ".repeat(25) + "b]\n  condition: s\n";
        RuleBudget tenant = RuleBudget.ofTenant();
        for (int i = 0; i < 4; i++) {
            RuleBudget one = tenant.ofOneRule();
            new RuleCompiler(WORDS).compile(large, one);
            one.settle();
        }
        assertThatThrownBy(() -> new RuleCompiler(WORDS).compile(large, tenant.ofOneRule()))
                .hasMessageContaining("tenant");

        assertThat(new RuleCompiler(WORDS)
                        .compile(large.replace("'a{900}', ".repeat(25), "'a{900}', "), tenant.ofOneRule()))
                .isNotNull();
    }

    @Test
    void shouldBoundTextsWithWildcardsEverywhere() {
        String many = "*" + "a".repeat(2_000) + "?b";

        assertThatThrownBy(() -> rule("s:\n    Image: '" + many + "'\n  condition: s"))
                .hasMessageContaining("wildcards");
        assertThatThrownBy(() -> rule("keywords: ['" + many + "']\n  condition: keywords"))
                .hasMessageContaining("wildcards");
    }

    @Test
    @Timeout(10)
    void shouldStayLinearWhenNamesOfAConditionAreMadeToBacktrack() {
        String item = "a".repeat(200);

        assertThatThrownBy(() -> rule(item + ": {Image: x}\n  condition: 1 of " + "*a".repeat(20) + "b"))
                .hasMessageContaining("no item is named");
        assertThat(rule(item + "b: {Image: x}\n  condition: 1 of " + "*a".repeat(20) + "b"))
                .isNotNull();
        assertThatThrownBy(() -> rule("s: {Image: x}\n  condition: " + "s or ".repeat(2_000) + "s"))
                .hasMessageContaining("longer than");
    }

    @Test
    void shouldKnowItemsByNamesWithStars() {
        String items = "sel_a_x: {Image: a}\n  sel_b_x: {Image: b}\n  filter_x: {Image: c}\n  condition: ";

        assertThat(hits(items + "1 of sel_*", "b")).isTrue();
        assertThat(hits(items + "1 of sel_*", "c")).isFalse();
        assertThat(hits(items + "1 of *_x", "c")).isTrue();
        assertThat(hits(items + "1 of sel_*_x and not 1 of *b*", "a")).isTrue();
        assertThat(hits(items + "1 of sel_*_x and not 1 of *b*", "b")).isFalse();
        assertThatThrownBy(() -> hits(items + "1 of sel_a_x*_x", "a")).hasMessageContaining("no item is named");
    }

    private static boolean hits(String detection, String image) {
        return rule(detection).test().of(event(Map.of("Image", image)));
    }

    /// Sigma's own example: the mark and then the lower byte first.
    @Test
    void shouldWriteUtf16AsWindowsDoes() {
        SigmaRule rule = rule("s:\n    CommandLine|utf16|base64offset|contains: cmd\n  condition: s");
        byte[] bytes = {(byte) 0xff, (byte) 0xfe, 0x63, 0, 0x6d, 0, 0x64, 0};

        assertThat(rule.test()
                        .of(event(Map.of(
                                "CommandLine", java.util.Base64.getEncoder().encodeToString(bytes)))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"re", "cidr", "startswith", "base64offset"})
    void shouldRefuseModifiersKeywordsDoNotHave(String modifier) {
        assertThatThrownBy(() -> rule("keywords:\n    '|" + modifier + "': ['10.0.0.0/8']\n  condition: keywords"))
                .hasMessageContaining("keywords");
    }

    private static SigmaRule rule(String detection) {
        return new RuleCompiler(WORDS)
                .compile("title: t\nlogsource:\n  category: c\ndetection:\n  " + detection + "\n");
    }

    private static SigmaEvent event(Map<String, String> values) {
        var texts = new ArrayList<String>();
        var given = new TreeMap<>(values);
        FIELDS.forEach(field -> texts.add(given.get(field)));
        return new SigmaEvent() {
            @Override
            public String text(int field) {
                return texts.get(field);
            }

            @Override
            public String folded(int field) {
                return text(field) == null ? null : Folding.fold(text(field));
            }

            @Override
            public int fields() {
                return texts.size();
            }
        };
    }
}
