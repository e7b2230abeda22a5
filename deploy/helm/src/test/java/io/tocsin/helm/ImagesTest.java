package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the Makefile builds and pushes is what the chart pulls, by the names its texts give. A program that prints what
/// it is
/// told stands for Docker's, since no registry is reached here; where there is no make, nothing is built either.
class ImagesTest {

    private static final String REGISTRY = "registry.example.com/tocsin";
    private static final String VERSION = Yaml.object(Yaml.read(Chart.FOLDER.resolve("Chart.yaml")))
            .path("appVersion")
            .asText();
    private static final Path ROOT = Path.of("../..");
    private static final Path MAKE = Path.of("/usr/bin/make");
    private static final Pattern BUILT = Pattern.compile("build .* -t (\\S+) .*");
    private static final Pattern PUSHED = Pattern.compile("push (\\S+)");

    @TempDir
    Path programs;

    @BeforeEach
    void standForDocker() throws IOException {
        assumeThat(MAKE).isExecutable();
        Path docker = Files.writeString(programs.resolve("docker"), "#!/bin/sh\necho \"$@\"\n");
        assertThat(docker.toFile().setExecutable(true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"native, images push, native", "jvm, images-jvm push-jvm, packages"})
    void shouldBuildAndPushWhatTheChartPullsUnlessToldOtherwise(String variant, String targets, String compiled)
            throws Exception {
        // Given
        var set = ValueSet.minimal("image: {repository: " + REGISTRY + ", variant: " + variant + "}");
        var pulled = Chart.render(set)
                .of(Kind.Deployment)
                .flatMap(Manifest::containers)
                .map(container -> container.path("image").asText())
                .toList();

        // When
        var said = make(targets, "-o", compiled);

        // Then
        assertThat(pulled)
                .hasSize(3)
                .allMatch(image -> image.endsWith(VERSION + (variant.equals("jvm") ? "-jvm" : "")));
        assertThat(found(BUILT, said)).containsExactlyInAnyOrderElementsOf(pulled);
        assertThat(found(PUSHED, said)).containsExactlyInAnyOrderElementsOf(pulled);
        assertThat(Chart.notes(ValueSet.quickstart("image: {variant: " + variant + "}")))
                .contains("make " + targets + " REGISTRY=" + REGISTRY + " TAG=" + VERSION + "\n");
    }

    @Test
    void shouldTagWhatIsBuiltWithoutDockerAsTheVariantPullsIt() throws Exception {
        assertThat(make("images-jib", "-n"))
                .anyMatch(line -> line.contains("-Dquarkus.container-image.tag=" + VERSION + "-jvm"));
    }

    /// A tag in a text is right for one release, so none of them names one.
    @Test
    void shouldNameCommandsThatNeedNoTag() {
        var texts = List.of(
                Yaml.read(Chart.FOLDER.resolve(ValueSet.QUICKSTART)), Yaml.read(Chart.FOLDER.resolve("README.md")));

        assertThat(texts)
                .allSatisfy(text -> assertThat(text)
                        .contains("make images push REGISTRY=" + REGISTRY)
                        .contains("images-jvm push-jvm")
                        .doesNotContain("TAG=", "docker push"));
        assertThat(Yaml.read(ROOT.resolve("Makefile")).lines()).noneMatch(line -> line.contains("latest"));
    }

    private List<String> make(String targets, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(MAKE.toString(), "-s", "REGISTRY=" + REGISTRY));
        command.addAll(List.of(options));
        command.addAll(List.of(targets.split(" ")));
        var builder = new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        // What whoever runs this test by make has set of it.
        environment.keySet().removeAll(List.of("TAG", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"));
        environment.merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
        Process process = builder.start();
        try (var out = process.inputReader()) {
            var lines = out.lines().toList();
            assertThat(process.waitFor()).as("%s", lines).isZero();
            return lines;
        }
    }

    private static List<String> found(Pattern pattern, List<String> lines) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(line -> line.matches())
                .map(line -> line.group(1))
                .toList();
    }
}
