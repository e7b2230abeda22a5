package io.tocsin.e2e.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every image of ours must be (docs/adr/022), read from the Dockerfiles and the settings of Jib.
class ImagesTest {

    private static final Path ROOT = Path.of("../..");
    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");
    private static final String BY_DIGEST = "[a-z0-9.]+/[a-z0-9/_-]+(:[a-zA-Z0-9._-]+)?@sha256:[0-9a-f]{64}";

    static Stream<Dockerfile> all() {
        return Stream.concat(jvm(), natives());
    }

    static Stream<Dockerfile> jvm() {
        return SERVICES.stream().map(service -> Dockerfile.of(ROOT, service, "jvm"));
    }

    static Stream<Dockerfile> natives() {
        return SERVICES.stream().map(service -> Dockerfile.of(ROOT, service, "native"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldRunAsANumberedUserThatIsNotRoot(Dockerfile file) {
        // A name could not be checked by Kubernetes' runAsNonRoot.
        assertThat(file.last().only("USER")).matches("[1-9][0-9]{3,}:[1-9][0-9]{3,}");
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldStandOnABasePinnedByDigest(Dockerfile file) {
        assertThat(file.stages())
                .extracting(Dockerfile.Stage::base)
                .filteredOn(base -> !base.equals("scratch"))
                .isNotEmpty()
                .allMatch(base -> base.matches(BY_DIGEST));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldExposeTheServiceAndItsManagementAndNothingElse(Dockerfile file) {
        assertThat(file.last().only("EXPOSE")).isEqualTo("8080 9000");
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldSayWhatItIsAndWhatItIsMadeOf(Dockerfile file) {
        assertThat(file.labels())
                .containsEntry("org.opencontainers.image.title", file.service())
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsEntry("org.opencontainers.image.version", "${VERSION}")
                .containsEntry("org.opencontainers.image.revision", "${REVISION}")
                .containsEntry("org.opencontainers.image.source", "${SOURCE}")
                .containsEntry("org.opencontainers.image.base.name", "${BASE}")
                .containsKey("org.opencontainers.image.description")
                .containsEntry("io.tocsin.sbom", "/deployments/sbom.json");
        // An argument of before the first stage has no value in a stage that does not name it.
        assertThat(file.last().all("ARG")).contains("BASE").anyMatch(argument -> argument.startsWith("VERSION="));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldCarryItsBillOfMaterials(Dockerfile file) {
        assertThat(file.stages())
                .flatExtracting(stage -> stage.all("COPY"))
                .contains(file.service() + "/target/classes/META-INF/sbom/application.cdx.json /deployments/sbom.json");
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldHoldNoSecretAndFetchNothing(Dockerfile file) {
        assertThat(file.instructions()).allSatisfy(it -> {
            assertThat(it.word()).isNotIn("ADD", "ENV", "VOLUME", "ONBUILD", "MAINTAINER");
            assertThat(it.rest().toLowerCase(Locale.ROOT))
                    .doesNotContain("password", "secret", "token", "credential", "curl", "wget", "http://", "https://")
                    .doesNotContain("apt-get", "dnf ", "apk ");
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldTakeFromThisFolderOnlyWhatWasPackaged(Dockerfile file) {
        assertThat(file.stages())
                .flatExtracting(stage -> stage.all("COPY"))
                .filteredOn(copied -> !copied.startsWith("--from="))
                .map(copied -> copied.replaceFirst("^--[a-z]+=\\S+ ", ""))
                .allMatch(copied ->
                        copied.startsWith(file.service() + "/target/") || copied.startsWith("deploy/images/"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldStartItsProcessWithoutAShell(Dockerfile file) {
        // PID 1 gets the SIGTERM of a pod's end only so.
        assertThat(file.last().only("ENTRYPOINT")).startsWith("[\"").endsWith("\"]");
        assertThat(file.last().all("CMD")).isEmpty();
        assertThat(file.stages())
                .flatExtracting(stage -> stage.all("RUN"))
                .allMatch(command -> command.startsWith("[\""));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldRunNothingInItsLastStage(Dockerfile file) {
        assertThat(file.last().all("RUN")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("natives")
    void shouldHaveNoShellWhenNative(Dockerfile file) {
        assertThat(file.last().base()).isEqualTo("scratch");
        assertThat(file.stages().getFirst().only("RUN"))
                .startsWith("[\"/usr/bin/rm\"")
                .contains("\"/usr/bin/bash\"", "\"/usr/bin/sh\"", "\"/usr/bin/coreutils\"");
        assertThat(file.last().all("COPY")).contains("--from=base / /");
    }

    @ParameterizedTest
    @MethodSource("jvm")
    void shouldTrainItsCacheInTheVeryJvmThatUsesIt(Dockerfile file) {
        assertThat(file.stages())
                .extracting(Dockerfile.Stage::base)
                .hasSize(2)
                .containsOnly(file.stages().getFirst().base());
        assertThat(file.stages().getFirst().only("RUN"))
                .startsWith("[\"bash\", \"/usr/local/bin/train\", \"/deployments\", \"/");
        // The cache names the files it was made of by path, size and time: they travel with it.
        assertThat(file.last().only("COPY")).isEqualTo("--from=trained /deployments /deployments");
        assertThat(file.last().only("ENTRYPOINT"))
                .isEqualTo("[\"java\", \"@java.args\", \"-XX:AOTCache=app.aot\", \"-jar\", \"quarkus-run.jar\"]");
    }

    @Test
    void shouldDifferOnlyInTheirServiceAndWhatTheyAskWhileTraining() {
        for (String variant : List.of("jvm", "native")) {
            assertThat(SERVICES)
                    .map(service -> Dockerfile.of(ROOT, service, variant)
                            .text()
                            .replace(service, "SERVICE")
                            .replaceAll("description=\"[^\"]*\"", "description")
                            .replaceAll("(\"/deployments\"), .*]", "$1]"))
                    .containsOnly(Dockerfile.of(ROOT, SERVICES.getFirst(), variant)
                            .text()
                            .replace(SERVICES.getFirst(), "SERVICE")
                            .replaceAll("description=\"[^\"]*\"", "description")
                            .replaceAll("(\"/deployments\"), .*]", "$1]"));
        }
    }

    @Test
    void shouldKeepTheRestOfTheFolderOutOfEveryBuild() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
                .filteredOn(line -> !line.startsWith("#") && !line.isBlank())
                .containsExactly(
                        "*",
                        "!*/target/quarkus-app",
                        "!*/target/*-runner",
                        "!*/target/classes/META-INF/sbom",
                        "!deploy/images");
    }

    @Test
    void shouldBuildTheSameByJib() throws IOException {
        Properties settings = settings();
        Dockerfile jvm = Dockerfile.of(ROOT, "alert-service", "jvm");
        Dockerfile bare = Dockerfile.of(ROOT, "alert-service", "native");

        assertThat(settings)
                .containsEntry("%image.quarkus.jib.user", jvm.last().only("USER"))
                .containsEntry(
                        "%image.quarkus.jib.ports", jvm.last().only("EXPOSE").replace(' ', ','))
                .containsEntry(
                        "%image.quarkus.jib.base-jvm-image",
                        "${BASE_JVM:" + jvm.arguments().get("BASE") + "}")
                .containsEntry(
                        "%image.quarkus.jib.base-native-image",
                        "${BASE_NATIVE:" + bare.arguments().get("BASE") + "}")
                .containsEntry("%image.quarkus.jib.jvm-additional-arguments", String.join(",", javaArguments()));
        assertThat(jvm.labels().keySet())
                .hasSize(8)
                .allSatisfy(label ->
                        assertThat(settings).containsKey("%image.quarkus.container-image.labels.\"" + label + "\""));
    }

    @Test
    void shouldStartAJvmWithNativeAccessAndAHeapMeasuredByItsContainer() throws IOException {
        assertThat(javaArguments())
                .contains("--enable-native-access=ALL-UNNAMED", "-XX:+ExitOnOutOfMemoryError")
                .anyMatch(argument -> argument.startsWith("-XX:MaxRAMPercentage="))
                .noneMatch(argument -> argument.startsWith("-Xmx"));
    }

    @Test
    void shouldBuildNativeImagesForAnyProcessor() throws IOException {
        assertThat(settings()).containsEntry("quarkus.native.march", "compatibility");
    }

    private static List<String> javaArguments() throws IOException {
        return Files.readAllLines(ROOT.resolve("deploy/images/java.args")).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private static Properties settings() throws IOException {
        var settings = new Properties();
        try (var text = Files.newBufferedReader(
                ROOT.resolve("platform/src/main/resources/META-INF/microprofile-config.properties"))) {
            settings.load(text);
        }
        return settings;
    }
}
