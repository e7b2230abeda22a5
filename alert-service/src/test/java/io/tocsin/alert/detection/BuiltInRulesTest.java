package io.tocsin.alert.detection;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.alert.telemetry.MappedEvents;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuiltInRulesTest {

    private static final Path FOLDER = Path.of("src/main/resources/io/tocsin/alert/detection/rules");

    private static final BuiltInRules RULES = new BuiltInRules();

    /// @param fires whether the rule must; if not, the event only looks like one it is about
    record Example(boolean fires, String rule, String event) {

        @Override
        public String toString() {
            return (fires ? "fires: " : "silent: ") + rule;
        }
    }

    static Stream<Example> examples() {
        return text("rule-examples.txt").lines().map(line -> {
            String[] parts = line.split(" ", 3);
            return new Example(parts[0].equals("+"), parts[1], parts[2]);
        });
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shouldFireOnWhatItIsAboutAndNotOnWhatOnlyLooksLikeIt(Example example) throws IOException {
        BuiltInRules.BuiltIn rule = RULES.all().get(idOf(example.rule()));
        List<DetectionEvent> events = Rows.of(MappedEvents.windows(example.event()));

        assertThat(events).hasSize(1);
        DetectionEvent event = events.getFirst();
        boolean met = java.util.Arrays.stream(event.kinds())
                .anyMatch(kind -> kind == rule.rule().kind());
        assertThat(met && rule.rule().test().of(event)).isEqualTo(example.fires());
    }

    @Test
    void shouldHaveAnExampleOfEachKindForEveryRule() throws IOException {
        Map<Boolean, Set<String>> shown = examples()
                .collect(groupingBy(Example::fires, java.util.stream.Collectors.mapping(Example::rule, toSet())));

        assertThat(shown.get(true)).isEqualTo(names());
        assertThat(shown.get(false)).isEqualTo(names());
    }

    @Test
    void shouldNameEveryFileInTheIndex() throws IOException {
        assertThat(RULES.all()).hasSameSizeAs(names());
        assertThat(Files.readString(FOLDER.resolve("index.txt")).lines().map(name -> name.replace(".yml", "")))
                .containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void shouldSayWhatItMeansAndWhenItErrs() {
        assertThat(RULES.all()).hasSizeGreaterThan(25).allSatisfy((id, builtIn) -> {
            assertThat(id).matches("[0-9a-f-]{36}");
            assertThat(builtIn.rule().description()).isNotBlank();
            assertThat(builtIn.rule().falsePositives()).isNotEmpty();
            assertThat(Attack.techniques(builtIn.rule().tags())).isNotEmpty();
            assertThat(Attack.category(builtIn.rule().tags())).isNotEqualTo("SuspiciousActivity");
        });
    }

    private static Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yml"))
                    .map(name -> name.replace(".yml", ""))
                    .collect(toSet());
        }
    }

    private static String idOf(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name + ".yml"))
                .lines()
                .filter(line -> line.startsWith("id: "))
                .map(line -> line.substring(4).strip())
                .findFirst()
                .orElseThrow();
    }

    private static String text(String name) {
        try (InputStream in = BuiltInRulesTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
