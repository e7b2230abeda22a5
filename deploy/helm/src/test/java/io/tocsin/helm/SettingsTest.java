package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The chart sets what the services read: their settings are read off their own sources.
class SettingsTest {

    private static final Path ROOT = Path.of("../..");
    private static final Pattern MAPPING = Pattern.compile("@ConfigMapping\\(prefix = \"(tocsin\\.[^\"]+)\"\\)");
    private static final Pattern METHOD = Pattern.compile("^ {4,8}(\\S.*?) (\\w+)\\(\\);$", Pattern.MULTILINE);
    private static final Pattern PROPERTY = Pattern.compile("name = \"(tocsin\\.[^\"]+)\"");

    @Test
    void shouldSetNoSettingTheServicesDoNotHave() throws IOException {
        // Given
        var known = known();
        var set = new TreeSet<String>();
        ValueSet.all()
                .forEach(values -> Chart.render(values)
                        .of(Kind.Deployment)
                        .filter(deployment -> deployment.component().endsWith("-service"))
                        .forEach(deployment ->
                                set.addAll(deployment.environment().keySet())));
        set.removeIf(name -> !name.startsWith("TOCSIN_"));

        // Then
        assertThat(set)
                .hasSizeGreaterThan(10)
                .allSatisfy(name -> assertThat(known)
                        .as(name)
                        .anyMatch(pattern -> pattern.matcher(name).matches()));
    }

    @Test
    void shouldNoticeASettingThatIsMisspelt() throws IOException {
        assertThat(known())
                .noneMatch(pattern -> pattern.matcher("TOCSIN_LIMIT_PROFILE").matches());
        assertThat(known())
                .anyMatch(pattern -> pattern.matcher("TOCSIN_IDENTITY_ISSUERS_PARTNER_TENANTS")
                        .matches());
    }

    @Test
    void shouldListenWhereTheServicesListenByDefault() {
        var properties = Yaml.read(ROOT.resolve("platform/src/main/resources/META-INF/microprofile-config.properties"));
        var environment =
                Chart.render(ValueSet.minimal("")).deployment("alert-service").environment();

        assertThat(properties)
                .contains("\nquarkus.http.port=" + environment.get("QUARKUS_HTTP_PORT") + "\n")
                .contains("\nquarkus.management.port=" + environment.get("QUARKUS_MANAGEMENT_PORT") + "\n")
                // Fixed when a service is built: without it the delay of the chart would count for nothing.
                .contains("\nquarkus.shutdown.delay-enabled=true\n")
                .contains("\n%migrate.tocsin.migrate-and-exit=true\n");
    }

    private static List<Pattern> known() throws IOException {
        var known = new ArrayList<Pattern>();
        for (var module : List.of("platform", "alert-service", "response-service", "indicator-service")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (var file :
                        files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    known.addAll(settingsOf(Yaml.read(file)));
                }
            }
        }
        return known;
    }

    private static List<Pattern> settingsOf(String source) {
        var settings = new ArrayList<Pattern>();
        PROPERTY.matcher(source).results().forEach(found -> settings.add(Pattern.compile(variable(found.group(1)))));
        MAPPING.matcher(source)
                .results()
                .forEach(mapping -> METHOD.matcher(source)
                        .results()
                        .forEach(method -> settings.add(Pattern.compile(setting(mapping.group(1), method)))));
        return settings;
    }

    private static String setting(String prefix, MatchResult method) {
        // A method of a nested interface is below a map, whose keys are the operator's.
        var isNested = method.group().startsWith("        ");
        var isMap = method.group(1).contains("Map<");
        return variable(prefix)
                + (isNested ? "_[A-Z0-9]+_[A-Z0-9]+_" : "_")
                + variable(method.group(2).replaceAll("([A-Z])", "-$1"))
                + (isMap ? "_.+" : "");
    }

    private static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
