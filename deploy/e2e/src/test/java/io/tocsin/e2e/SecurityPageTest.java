package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What SECURITY.md promises, it shows: every invariant names classes of the tests, and there are such.
class SecurityPageTest {

    private static final Path ROOT =
            Path.of(System.getProperty("tocsin.root", "../..")).normalize();
    private static final Pattern INVARIANT = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\|([^|]+)\\|$");
    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

    @Test
    void shouldNameAnExistingTestForEveryInvariant() throws IOException {
        // Given
        var tests = testClasses();
        var invariants = INVARIANT.matcher(Files.readString(ROOT.resolve("SECURITY.md")));

        // When
        var shown = invariants
                .results()
                .collect(Collectors.toMap(
                        found -> Integer.parseInt(found.group(1)),
                        found -> CLASS.matcher(found.group(2))
                                .results()
                                .map(named -> named.group(1))
                                .toList()));

        // Then
        assertThat(shown).hasSizeGreaterThan(15);
        assertThat(shown)
                .allSatisfy((number, named) -> assertThat(named)
                        .as("invariant %d", number)
                        .isNotEmpty()
                        .isSubsetOf(tests));
    }

    @Test
    void shouldReferToInvariantsThatAreThere() throws IOException {
        String page = Files.readString(ROOT.resolve("SECURITY.md"));
        String boundaries = page.substring(page.indexOf("**Boundaries.**"), page.indexOf("## What is shipped"));
        var known =
                INVARIANT.matcher(page).results().map(found -> found.group(1)).toList();

        assertThat(Pattern.compile("(?<=[| ])(\\d{1,2})(?=[,:; |])")
                        .matcher(boundaries)
                        .results()
                        .map(MatchResult::group))
                .hasSizeGreaterThan(30)
                .isSubsetOf(known);
    }

    private static Set<String> testClasses() throws IOException {
        try (Stream<Path> files = Stream.of(
                        "platform",
                        "platform-testkit",
                        "alert-service",
                        "response-service",
                        "indicator-service",
                        "deploy/local",
                        "deploy/e2e",
                        "deploy/helm")
                .flatMap(SecurityPageTest::sources)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<Path> sources(String module) {
        Path source = ROOT.resolve(module).resolve(module.equals("platform-testkit") ? "src" : "src/test");
        try {
            return Files.walk(source);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
