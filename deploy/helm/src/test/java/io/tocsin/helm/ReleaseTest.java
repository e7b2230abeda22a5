package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/// What differs from the release before: its version, and what UPGRADING.md tells whoever comes from it.
class ReleaseTest {

    /// What that release forgot, and after how long. Everything else it kept.
    private static final Map<String, String> FORGOTTEN_BEFORE = Map.of("audit", "400d");

    /// The role every service's client had then.
    private static final String ROLE_BEFORE = "Tocsin.Service";

    private static final Path ROOT = Path.of("../..");
    private static final JsonNode CHART = Yaml.object(Yaml.read(Chart.FOLDER.resolve("Chart.yaml")));

    /// With the tag of the release before, nodes would keep its images, the migration would not be run again, and pods
    /// would wait for it.
    @Test
    void shouldHaveAnotherVersionThanTheReleaseBefore() throws IOException {
        // Given
        var before = new Properties();
        before.load(new StringReader(Yaml.read(ROOT.resolve("deploy/e2e/previous-release.properties"))));
        var version = CHART.path("appVersion").asText();

        // Then
        assertThat("v" + version).isNotEqualTo(before.getProperty("tag"));
        assertThat(CHART.path("version").asText()).isEqualTo(version);
        assertThat(Yaml.read(ROOT.resolve("pom.xml"))).contains("<version>" + version + "-SNAPSHOT</version>");
        assertThat(Yaml.read(Chart.FOLDER.resolve("README.md"))).contains("tocsin-" + version + ".tgz");
    }

    @Test
    void shouldSayBeforeAnythingElseWhatAnUpgradeForgets() {
        // Given
        var retention =
                Yaml.object(Yaml.read(Chart.FOLDER.resolve("values.yaml"))).path("retention");
        var changed = retention.properties().stream()
                .filter(value -> !value.getValue().asText().equals(FORGOTTEN_BEFORE.get(value.getKey())))
                .map(value -> "`retention." + value.getKey() + "` ("
                        + value.getValue().asText() + ")")
                .toList();

        // Then
        assertThat(changed).hasSizeGreaterThan(1);
        assertThat(upgrading().split("\n\n")[0])
                .startsWith("**Before the upgrade")
                .contains(changed);
    }

    @Test
    void shouldNameEveryRoleAnUpgradeNeeds() throws IOException {
        roles().forEach((client, roles) -> assertThat(roles.stream()
                        .filter(role -> !role.equals(ROLE_BEFORE))
                        .map(role -> "| `" + client + "` | `" + role + "` |"))
                .allMatch(upgrading()::contains));
    }

    @Test
    void shouldAskInTheNotesForTheRolesOfTheRealm() throws IOException {
        var notes = Chart.notes(ValueSet.minimal(""));

        roles().forEach((client, roles) ->
                assertThat(notes).contains("of the client " + client + ", roles " + String.join(", ", roles) + ")"));
    }

    /// Of each service's client, in the realm that `deploy/e2e` runs the platform with.
    private static Map<String, List<String>> roles() throws IOException {
        var roles = new HashMap<String, List<String>>();
        var realm = new ObjectMapper().readTree(Yaml.read(Chart.FOLDER.resolve("files/quickstart/realm.json")));
        Manifest.each(realm.path("users"))
                .filter(user -> user.path("serviceAccountClientId").asText().endsWith("-service"))
                .forEach(user -> roles.put(
                        user.path("serviceAccountClientId").asText(), Manifest.texts(user.path("realmRoles"))));
        assertThat(roles)
                .hasSize(3)
                .allSatisfy((client, names) -> assertThat(names).contains(ROLE_BEFORE));
        return roles;
    }

    /// What UPGRADING.md says of this version, which is the newest there.
    private static String upgrading() {
        var sections = Yaml.read(Chart.FOLDER.resolve("UPGRADING.md")).split("\n## ");
        var lines = sections[1].split("\n", 2);
        assertThat(lines[0]).isEqualTo(CHART.path("appVersion").asText());
        return lines[1].strip();
    }
}
