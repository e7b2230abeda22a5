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

/// What SECURITY.md promises, it shows: every invariant names classes of the tests, and there are such; and whatever
/// else
/// it calls by the name of a class or package is there, too.
class SecurityPageTest {

    private static final Path ROOT =
            Path.of(System.getProperty("tocsin.root", "../..")).normalize();
    private static final Pattern INVARIANT = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\|([^|]+)\\|$");
    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

    /// `Class`, `package.Class`, `package.package`: with capitals as we write them, unlike `Permission.Word.All`.
    private static final Pattern CODE =
            Pattern.compile("`((?:[a-z]+\\.)*(?:[A-Z][a-z]\\w*[A-Z]\\w*|[A-Z][a-z]+)|[a-z]+(?:\\.[a-z]+)*)`");

    /// What looks like it and is none.
    private static final Set<String> NO_CODE = Set.of("http", "https");

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
    void shouldNameOnlyCodeThatIsThere() throws IOException {
        // Given
        String page = Files.readString(ROOT.resolve("SECURITY.md"));
        String tables = page.substring(page.indexOf("**Invariants.**"), page.indexOf("## What is shipped"));
        Set<String> code;
        try (Stream<Path> files = modules().flatMap(module -> sources(module, "src"))) {
            code = files.map(SecurityPageTest::name).collect(Collectors.toSet());
        }

        // When
        var named = CODE.matcher(tables)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !NO_CODE.contains(name))
                .toList();

        // Then
        assertThat(named).hasSizeGreaterThan(60).contains("outbound.Targets", "limits");
        assertThat(named).allSatisfy(name -> assertThat(code).as(name).anyMatch(file -> file.endsWith("." + name)));
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
        try (Stream<Path> files =
                modules().flatMap(module -> sources(module, module.equals("platform-testkit") ? "src" : "src/test"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Stream<String> modules() {
        return Stream.of(
                "platform",
                "platform-testkit",
                "alert-service",
                "response-service",
                "indicator-service",
                "deploy/local",
                "deploy/e2e",
                "deploy/helm");
    }

    private static Stream<Path> sources(String module, String folder) {
        try {
            return Files.walk(ROOT.resolve(module).resolve(folder));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// With dots, as code names it.
    private static String name(Path file) {
        return file.toString().replace(".java", "").replace('/', '.');
    }
}
