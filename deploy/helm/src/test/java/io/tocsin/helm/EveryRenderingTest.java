package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds whatever the values are.
class EveryRenderingTest {

    /// Another answer at another time or on another cluster: two renderings would differ, and GitOps tools never
    /// settle.
    private static final Pattern UNSTEADY = Pattern.compile(
            "\\b(lookup|rand[A-Z]\\w*|uuidv4|now|genCA\\w*|genSelfSigned\\w*|genSignedCert\\w*|genPrivateKey|htpasswd|bcrypt"
                    + "|\\.Release\\.(IsInstall|IsUpgrade|Revision))\\b");

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @Test
    void shouldPassHelmsOwnCheck() {
        var lint = new Helm(Chart.FOLDER).lint().strict().call();

        assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldBeWhatKubernetesTakes(ValueSet set) {
        assertThat(Chart.render(set).all())
                .isNotEmpty()
                .allSatisfy(manifest -> assertThatCode(() -> KubernetesModel.validate(manifest.json()))
                        .as("%s", manifest)
                        .doesNotThrowAnyException());
    }

    @Test
    void shouldNoticeWhatKubernetesWouldNotTake() {
        // Given
        var deployment =
                Chart.render(ValueSet.minimal("")).deployment("alert-service").copy();
        var route = Chart.render(ValueSet.all().get(6))
                .of(Kind.HTTPRoute)
                .findFirst()
                .orElseThrow()
                .copy();

        // When
        ((ObjectNode) deployment.podSpec()).put("serviceAcountName", "misspelt");
        ((ObjectNode) route.at("/spec/rules/0")).put("timeout", "1s");

        // Then
        assertThatThrownBy(() -> KubernetesModel.validate(deployment.json())).hasMessageContaining("serviceAcountName");
        assertThatThrownBy(() -> KubernetesModel.validate(route.json())).hasMessageContaining("timeout");
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldBeTheSameTwice(ValueSet set) {
        assertThat(Chart.template(set)).isEqualTo(Chart.template(set));
    }

    @Test
    void shouldAskNeitherChanceNorTheClusterNorTheClock() throws IOException {
        try (var files = Files.walk(Chart.FOLDER.resolve("templates"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(file -> !file.endsWith("NOTES.txt"))
                            .toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(expressions(Yaml.read(file)))
                            .as("%s", file)
                            .noneMatch(
                                    expression -> UNSTEADY.matcher(expression).find()));
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldNameEveryObjectOnceAndInItsNamespace(ValueSet set) {
        var manifests = Chart.render(set).all();

        assertThat(manifests.stream().map(Manifest::toString)).doesNotHaveDuplicates();
        assertThat(manifests)
                .allSatisfy(manifest -> assertThat(
                                manifest.at("/metadata/namespace").asText())
                        .as("%s", manifest)
                        .isEqualTo(Chart.NAMESPACE));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldSetEveryVariableAndPortOnce(ValueSet set) {
        assertThat(Chart.render(set).withPods().flatMap(Manifest::containers)).allSatisfy(container -> {
            assertThat(Manifest.each(container.path("env"))
                            .map(variable -> variable.path("name").asText()))
                    .doesNotHaveDuplicates();
            assertThat(Manifest.each(container.path("ports"))
                            .map(port -> port.path("containerPort").asText()))
                    .doesNotHaveDuplicates();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabc"})
    void shouldKeepNamesWithinWhatKubernetesAllows(String release) {
        var all = new ValueSet("everything", ValueSet.PRODUCTION, "");

        assertThat(Chart.render(all, release).all()).allSatisfy(manifest -> {
            assertThat(manifest.name()).hasSizeLessThanOrEqualTo(63).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
            assertThat(Manifest.texts(manifest.at("/metadata/labels"))).allMatch(value -> value.length() <= 63);
        });
    }

    @Test
    void shouldRefuseAClusterOlderThanItWasMadeFor() {
        assertThatThrownBy(() -> Chart.templateFor("1.28.9", ValueSet.minimal("")))
                .hasMessageContaining("kubeVersion");
        assertThatCode(() -> Chart.templateFor("1.29.0", ValueSet.minimal(""))).doesNotThrowAnyException();
        assertThatCode(() -> Chart.templateFor("1.31.4-gke.1", ValueSet.minimal("")))
                .doesNotThrowAnyException();
    }

    private static Stream<String> expressions(String template) {
        return Pattern.compile("\\{\\{(.*?)}}", Pattern.DOTALL)
                .matcher(template)
                .results()
                .map(found -> found.group(1))
                .filter(expression ->
                        !expression.strip().replaceFirst("^-\\s*", "").startsWith("/*"));
    }
}
