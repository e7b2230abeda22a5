package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// values-quickstart.yaml brings everything, is the same at every rendering, and says loudly what it is.
class QuickstartTest {

    private static final Path LOCAL_REALM = Path.of("../local/src/main/resources/keycloak/tocsin-realm.json");

    private final Manifests manifests = Chart.render(ValueSet.quickstart(""));

    @Test
    void shouldBringAPostgresAndAnIssuerAndUseThem() {
        var environment = manifests.deployment("alert-service").environment();

        assertThat(manifests.has(Kind.StatefulSet, "tocsin-postgres")).isTrue();
        assertThat(manifests.has(Kind.Deployment, "tocsin-keycloak")).isTrue();
        assertThat(environment)
                .containsEntry(
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "jdbc:postgresql://tocsin-postgres.security.svc.cluster.local:5432/tocsin?sslmode=disable")
                .containsEntry(
                        "QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL",
                        "http://tocsin-keycloak.security.svc.cluster.local:8080/realms/tocsin");
    }

    @Test
    void shouldIssueTokensUnderTheAddressTheServicesKnowTheIssuerBy() {
        var keycloak = manifests.only(Kind.Deployment, "tocsin-keycloak").environment();

        assertThat(manifests.deployment("alert-service").environment().get("QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL"))
                .isEqualTo(keycloak.get("KC_HOSTNAME") + "/realms/tocsin");
    }

    @Test
    void shouldGiveKeycloakTheSecretsTheServicesHave() throws IOException {
        // Given
        var realm = new ObjectMapper().readTree(data("tocsin-quickstart-realm").get("tocsin-realm.json"));

        // Then
        assertThat(realm.toString()).doesNotContain("{{");
        assertThat(secretOf(realm, "alert-service"))
                .isEqualTo(data("tocsin-quickstart-oidc-alert").get("client-secret"));
        assertThat(secretOf(realm, "indicator-service"))
                .isEqualTo(data("tocsin-quickstart-oidc-indicator").get("client-secret"));
        assertThat(secretOf(realm, "tocsin-partner"))
                .isEqualTo(data("tocsin-quickstart-partner").get("client-secret"));
        assertThat(realm.path("sslRequired").asText()).isEqualTo("none");
    }

    @Test
    void shouldImportTheRealmOfTheLocalPlatform() {
        assertThat(Yaml.read(Chart.FOLDER.resolve("files/quickstart/realm.json")))
                .as("they differ: cp deploy/local/src/main/resources/keycloak/tocsin-realm.json"
                        + " deploy/helm/tocsin/files/quickstart/realm.json")
                .isEqualTo(Yaml.read(LOCAL_REALM));
    }

    @Test
    void shouldMakeTheRolesTheSecretsLogInAs() {
        var script = manifests
                .only(Kind.ConfigMap, "tocsin-postgres")
                .at("/data/tocsin.sh")
                .asText();
        var postgres = manifests.only(Kind.StatefulSet, "tocsin-postgres");

        for (var group : new String[] {"owner", "alert", "response", "indicator"}) {
            var role = data("tocsin-quickstart-database-" + group).get("username");
            assertThat(script).contains("create role " + role + " login password :'" + group + "'");
            assertThat(postgres.environment()).containsKey("TOCSIN_" + group.toUpperCase(Locale.ROOT) + "_PASSWORD");
        }
    }

    @Test
    void shouldMakeTheDatabaseTheReadmeMakes() {
        assertThat(statements(Yaml.read(Chart.FOLDER.resolve("README.md"))))
                .hasSizeGreaterThan(10)
                .isEqualTo(statements(Yaml.read(Chart.FOLDER.resolve("files/quickstart/postgres.sh"))));
    }

    @Test
    void shouldKeepItsPasswordsFromOneReleaseOfTheChartToTheNext() {
        var passwords = passwords(manifests);

        assertThat(passwords).hasSize(10);
        assertThat(passwords.values()).doesNotHaveDuplicates().allMatch(password -> password.matches("[0-9a-f]{32}"));
        assertThat(passwords(Chart.render(ValueSet.quickstart("image: {tag: 0.3.0}"))))
                .isEqualTo(passwords);
    }

    @Test
    void shouldDeriveEveryPasswordFromTheOneThatIsGiven() {
        var guessable = passwords(manifests);
        var own = passwords(Chart.render(ValueSet.quickstart("quickstart: {password: s3cret}")));

        assertThat(own.keySet()).isEqualTo(guessable.keySet());
        assertThat(own.values()).doesNotContainAnyElementsOf(guessable.values());
    }

    @Test
    void shouldRollThePodsWhenThePasswordChanges() {
        var other = Chart.render(ValueSet.quickstart("quickstart: {password: s3cret}"));

        assertThat(other.deployment("alert-service").at("/spec/template/metadata/annotations"))
                .isNotEqualTo(manifests.deployment("alert-service").at("/spec/template/metadata/annotations"));
    }

    @Test
    void shouldSayLoudlyThatItIsForTryingOut() {
        assertThat(Chart.notes(ValueSet.quickstart("")))
                .contains("FOR TRYING OUT ONLY")
                .contains("quickstart.password IS NOT SET");
        assertThat(Chart.notes(ValueSet.quickstart("quickstart: {password: s3cret}")))
                .contains("FOR TRYING OUT ONLY")
                .doesNotContain("IS NOT SET")
                .doesNotContain("s3cret");
        assertThat(Yaml.read(Chart.FOLDER.resolve(ValueSet.QUICKSTART)))
                .startsWith("# ####")
                .contains("FOR TRYING OUT ONLY");
    }

    @Test
    void shouldBeReadyWithoutAHookSoThatHelmCanWait() {
        assertThat(manifests.hooks()).isEmpty();
        assertThat(manifests.of(Kind.Job)).hasSize(1);
    }

    @Test
    void shouldLetOnlyServicesAndTheMigrationAtItsDatabase() {
        var peers = manifests.only(Kind.NetworkPolicy, "tocsin-postgres").at("/spec/ingress/0/from");

        assertThat(peers).hasSize(2);
        assertThat(peers.toString()).contains("alert-service", "migration").doesNotContain("namespaceSelector");
    }

    /// The SQL of a text, whatever the passwords.
    private static List<String> statements(String text) {
        return text.lines()
                .filter(line -> line.startsWith("create ") || line.startsWith("alter "))
                .map(line -> line.replaceAll("password (:?'[^']*')", "password"))
                .toList();
    }

    private Map<String, String> data(String secret) {
        var data = new TreeMap<String, String>();
        manifests
                .only(Kind.Secret, secret)
                .json()
                .path("data")
                .properties()
                .forEach(entry -> data.put(entry.getKey(), decoded(entry.getValue())));
        return data;
    }

    private static Map<String, String> passwords(Manifests manifests) {
        var passwords = new TreeMap<String, String>();
        manifests.of(Kind.Secret).forEach(secret -> {
            for (var key : new String[] {"password", "client-secret"}) {
                var value = secret.json().path("data").path(key);
                if (!value.isMissingNode()) {
                    passwords.put(secret.name(), decoded(value));
                }
            }
        });
        return passwords;
    }

    private static String decoded(JsonNode value) {
        return new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8);
    }

    private static String secretOf(JsonNode realm, String client) {
        return Manifest.each(realm.path("clients"))
                .filter(one -> one.path("clientId").asText().equals(client))
                .findFirst()
                .orElseThrow()
                .path("secret")
                .asText();
    }
}
