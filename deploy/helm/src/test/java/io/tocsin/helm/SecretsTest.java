package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SecretsTest {

    private static final Pattern SECRET = Pattern.compile("PASSWORD|SECRET(?!S_MASTER_KEYS$)|CREDENTIAL|TOKEN$");

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldMakeNoSecretButForTheQuickstart(ValueSet set) {
        var made = Chart.render(set).of(Kind.Secret);

        if (set.file().equals(ValueSet.QUICKSTART)) {
            assertThat(made).isNotEmpty();
        } else {
            assertThat(made).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldNeverWriteASecretIntoAPod(ValueSet set) {
        assertThat(Chart.render(set)
                        .withPods()
                        .flatMap(Manifest::containers)
                        .flatMap(container -> Manifest.each(container.path("env"))))
                .filteredOn(variable ->
                        SECRET.matcher(variable.path("name").asText()).find())
                .isNotEmpty()
                .allSatisfy(variable -> {
                    assertThat(variable.has("value")).as("%s", variable).isFalse();
                    assertThat(variable.at("/valueFrom/secretKeyRef/name").asText())
                            .isNotEmpty();
                });
    }

    @ParameterizedTest
    @CsvSource({
        "alert-service, tocsin-database-alert, tocsin-oidc-alert",
        "response-service, tocsin-database-response, tocsin-oidc-response",
        "indicator-service, tocsin-database-indicator, tocsin-oidc-indicator"
    })
    void shouldGiveEachServiceItsOwnLoginAndItsOwnClient(String service, String login, String client) {
        var references = references(Chart.render(ValueSet.minimal("")).deployment(service));

        assertThat(references)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "QUARKUS_DATASOURCE_USERNAME", login + "/username",
                        "QUARKUS_DATASOURCE_PASSWORD", login + "/password",
                        "QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET", client + "/client-secret"));
    }

    @Test
    void shouldKeepTheOwnersLoginFromTheServices() {
        assertThat(Chart.render(ValueSet.minimal("")).of(Kind.Deployment))
                .allSatisfy(
                        deployment -> assertThat(deployment.json().toString()).doesNotContain("tocsin-database-owner"));
    }

    /// By files, which change while a pod runs, and never by its environment, which whoever inspects it reads.
    @ParameterizedTest
    @MethodSource("sets")
    void shouldMountTheMasterKeysOfEveryServiceAndOfNothingElse(ValueSet set) {
        var manifests = Chart.render(set);

        assertThat(manifests.of(Kind.Deployment).filter(one -> one.toString().endsWith("-service")))
                .hasSize(3)
                .allSatisfy(deployment -> {
                    var volume = Manifest.each(deployment.podSpec().path("volumes"))
                            .filter(it -> it.path("name").asText().equals("master-keys"))
                            .findFirst()
                            .orElseThrow();
                    var mount = Manifest.each(deployment.podSpec().at("/containers/0/volumeMounts"))
                            .filter(it -> it.path("name").asText().equals("master-keys"))
                            .findFirst()
                            .orElseThrow();
                    assertThat(volume.at("/secret/secretName").asText()).endsWith("master-keys");
                    assertThat(volume.at("/secret/defaultMode").asInt()).isEqualTo(0440);
                    assertThat(mount.path("readOnly").asBoolean()).isTrue();
                    assertThat(mount.has("subPath")).isFalse();
                    assertThat(deployment.environment())
                            .containsEntry(
                                    "TOCSIN_SECRETS_MASTER_KEYS",
                                    mount.path("mountPath").asText());
                });
        assertThat(manifests.of(Kind.Job))
                .allSatisfy(job -> assertThat(job.json().toString()).doesNotContain("master-keys"));
    }

    /// Kubernetes' own default lets everybody in the container read it.
    @ParameterizedTest
    @MethodSource("sets")
    void shouldLetOnlyThePodsGroupReadAMountedSecret(ValueSet set) {
        assertThat(Chart.render(set)
                        .withPods()
                        .flatMap(pod -> Manifest.each(pod.podSpec().path("volumes")))
                        .filter(volume -> volume.has("secret") || volume.has("projected")))
                .isNotEmpty()
                .allSatisfy(
                        volume -> assertThat(volume.at("/secret/defaultMode").asInt())
                                .as("%s", volume)
                                .isEqualTo(0440));
    }

    @Test
    void shouldMakeAMasterKeyOf32BytesForTheQuickstart() {
        var secret = Chart.render(ValueSet.quickstart("")).only(Kind.Secret, "tocsin-quickstart-master-keys");
        var key = new String(Base64.getDecoder().decode(secret.at("/data/first").asText()), StandardCharsets.US_ASCII);

        assertThat(new String(
                        Base64.getDecoder().decode(secret.at("/data/current").asText()), StandardCharsets.US_ASCII))
                .isEqualTo("first");
        assertThat(Base64.getDecoder().decode(key)).hasSize(32);
    }

    @Test
    void shouldCheckTheDatabasesCertificateByDefault() {
        var deployment = Chart.render(ValueSet.minimal("")).deployment("alert-service");

        assertThat(deployment.environment())
                .containsEntry(
                        "QUARKUS_DATASOURCE_JDBC_URL",
                        "jdbc:postgresql://postgres.databases.svc:5432/tocsin"
                                + "?sslmode=verify-full&sslrootcert=/etc/tocsin/database-ca/ca.crt");
        assertThat(deployment.podSpec().at("/volumes/1/secret/secretName").asText())
                .isEqualTo("postgres-ca");
        assertThat(deployment
                        .podSpec()
                        .at("/containers/0/volumeMounts/1/mountPath")
                        .asText())
                .isEqualTo("/etc/tocsin/database-ca");
    }

    @Test
    void shouldEscapeParametersOfTheDatabaseUrl() {
        assertThat(Chart.render(ValueSet.minimal("database: {parameters: {options: '-c search_path=a&b'}}"))
                        .deployment("alert-service")
                        .environment()
                        .get("QUARKUS_DATASOURCE_JDBC_URL"))
                .contains("options=-c+search_path%3Da%26b&sslmode=");
    }

    private static Map<String, String> references(Manifest owner) {
        var references = new TreeMap<String, String>();
        owner.containers()
                .flatMap(container -> Manifest.each(container.path("env")))
                .filter(variable -> variable.has("valueFrom"))
                .forEach(variable -> references.put(variable.path("name").asText(), key(variable)));
        return references;
    }

    private static String key(JsonNode variable) {
        var reference = variable.at("/valueFrom/secretKeyRef");
        return reference.path("name").asText() + "/" + reference.path("key").asText();
    }
}
