package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultsTest {

    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");

    private final Manifests minimal = Chart.render(ValueSet.minimal(""));

    @Test
    void shouldInstallThreeServicesAndAMigrationAndNothingBeside() {
        assertThat(minimal.withPods().map(Manifest::toString))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).isEqualTo("Deployment tocsin-alert-service"),
                        one -> assertThat(one).isEqualTo("Deployment tocsin-response-service"),
                        one -> assertThat(one).isEqualTo("Deployment tocsin-indicator-service"),
                        one -> assertThat(one).startsWith("Job tocsin-migration-"));
        assertThat(minimal.all())
                .extracting(Manifest::kind)
                .doesNotContain("Ingress", "HTTPRoute", "Secret", "ServiceMonitor", "PrometheusRule", "StatefulSet");
    }

    /// One template makes all three: they differ in names, numbers and their own Secrets.
    @Test
    void shouldMakeTheServicesAlike() {
        var pods = SERVICES.stream()
                .map(service -> {
                    var pod = (ObjectNode) minimal.deployment(service).podSpec().deepCopy();
                    ((ObjectNode) pod.at("/containers/0")).remove(List.of("resources", "args"));
                    return pod.toString()
                            .replace("tocsin-database-" + service.replace("-service", ""), "LOGIN")
                            .replace("tocsin-oidc-" + service.replace("-service", ""), "CLIENT")
                            .replaceAll(
                                    "(?<=\"(name|image|serviceAccountName|value)\":\"[^\"]{0,40})" + service, "SERVICE")
                            .replace("\"app.kubernetes.io/component\":\"" + service, "\"component\":\"SERVICE");
                })
                .toList();

        assertThat(pods.get(1).replaceAll("http://tocsin-[a-zA-Z-]+", "PEER"))
                .isEqualTo(pods.get(2).replaceAll("http://tocsin-[a-zA-Z-]+", "PEER"));
        assertThat(pods.getFirst()).contains("TOCSIN_AUDIT_RETENTION");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                            | registry.example.com/tocsin/response-service:0.2.0
            image: {variant: jvm}                         | registry.example.com/tocsin/response-service:0.2.0-jvm
            image: {tag: edge, variant: jvm}              | registry.example.com/tocsin/response-service:edge
            image: {repository: 'registry.example.com/x/'} | registry.example.com/x/response-service:0.2.0
            responseService: {digest: 'sha256:0b8f5c4b7e3a0f4e0c7b1d9c5a4e3f2d1c0b9a8f7e6d5c4b3a29181716151413'} \
            | registry.example.com/tocsin/response-service@sha256:0b8f5c4b7e3a0f4e0c7b1d9c5a4e3f2d1c0b9a8f7e6d5c4b3a29181716151413
            """)
    void shouldRunTheImageOfItsVariantOrTheOneThatIsPinned(String changes, String image) {
        assertThat(Chart.render(ValueSet.minimal(changes))
                        .deployment("response-service")
                        .podSpec()
                        .at("/containers/0/image")
                        .asText())
                .isEqualTo(image);
    }

    @Test
    void shouldBoundTheHeapOfANativeImageByItsArguments() {
        var container = minimal.deployment("alert-service").podSpec().at("/containers/0");

        assertThat(Manifest.texts(container.path("args")))
                .containsExactly("-Xmx235929k", "-XX:+ExitOnOutOfMemoryError");
        assertThat(minimal.deployment("alert-service").environment()).doesNotContainKey("JAVA_TOOL_OPTIONS");
    }

    @Test
    void shouldBoundTheHeapOfAJavaRuntimeByItsEnvironment() {
        var jvm = Chart.render(ValueSet.minimal("image: {variant: jvm, jvmOptions: -Xss512k}"))
                .deployment("alert-service");

        assertThat(jvm.environment().get("JAVA_TOOL_OPTIONS"))
                .isEqualTo("-Xmx471859k -XX:+ExitOnOutOfMemoryError -Xss512k");
        assertThat(jvm.podSpec().at("/containers/0/args").isMissingNode()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1Gi, 50, -Xmx524288k",
        "1.5Gi, 60, -Xmx943718k",
        "512Mi, 75, -Xmx393216k",
        "1G, 50, -Xmx488281k",
        "500M, 60, -Xmx292968k",
        "1073741824, 50, -Xmx524288k",
        "2000000k, 50, -Xmx976562k"
    })
    void shouldGiveTheHeapItsShareOfTheMemory(String memory, int percent, String option) {
        var changes = "{image: {heapPercent: %d}, alertService: {memory: {native: '%s'}}}".formatted(percent, memory);

        assertThat(Manifest.texts(Chart.render(ValueSet.minimal(changes))
                        .deployment("alert-service")
                        .podSpec()
                        .at("/containers/0/args")))
                .containsExactly(option, "-XX:+ExitOnOutOfMemoryError");
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "jvm"})
    void shouldTrustTheAuthoritiesItIsGiven(String variant) {
        var deployment = Chart.render(ValueSet.minimal(
                        "{image: {variant: %s}, trust: {existingConfigMap: authorities}}".formatted(variant)))
                .deployment("alert-service");

        assertThat(deployment.podSpec().at("/containers/0").toString())
                .contains("-Djavax.net.ssl.trustStore=/etc/tocsin/trust/truststore")
                .contains("\"mountPath\":\"/etc/tocsin/trust\"");
    }

    @Test
    void shouldGiveAServiceAFurtherIssuerWithItsTenants() {
        assertThat(Chart.render(new ValueSet("everything", ValueSet.PRODUCTION, ""))
                        .deployment("indicator-service")
                        .environment())
                .containsEntry("QUARKUS_OIDC_PARTNER_AUTH_SERVER_URL", "https://id.partner.example/tenant")
                .containsEntry("QUARKUS_OIDC_PARTNER_TOKEN_AUDIENCE", "tocsin")
                .containsEntry("TOCSIN_IDENTITY_ISSUERS_PARTNER_TENANTS", "9d1e2f60-2c58-4a7e-8b0e-1a2f5f3f9c12")
                .containsEntry("TOCSIN_IDENTITY_TENANTS", "7b1d1f50-1c58-4a7e-8b0e-1a2f5f3f9c11")
                .containsEntry("TOCSIN_LIMITS_PROFILE", "defender")
                .containsEntry("TOCSIN_LIMITS_OVERRIDES", "POST /v1/alerts 60000/min,GET /api/alerts 300/min 5000/h");
    }

    @Test
    void shouldPutFurtherSettingsIntoAFileAndRollThePodsWhenTheyChange() {
        var one = Chart.render(ValueSet.minimal("settings: {'tocsin.token.domains.\"a.example\"': 'C:\\x'}"));
        var other = Chart.render(ValueSet.minimal("settings: {'tocsin.token.domains.\"a.example\"': other}"));

        assertThat(one.only(Kind.ConfigMap, "tocsin-settings")
                        .at("/data/application.properties")
                        .asText())
                .isEqualTo("tocsin.token.domains.\"a.example\"=C:\\\\x\n");
        assertThat(one.deployment("alert-service").environment())
                .containsEntry("SMALLRYE_CONFIG_LOCATIONS", "/etc/tocsin/settings/application.properties");
        assertThat(one.deployment("alert-service").at("/spec/template/metadata/annotations"))
                .isNotEqualTo(other.deployment("alert-service").at("/spec/template/metadata/annotations"));
    }

    @Test
    void shouldSayHowManyConnectionsThePostgresMustTake() {
        // 3 + 3 + 2 replicas at most, and one more of each while an upgrade rolls, with 8 connections each; the
        // migration's 3.
        assertThat(Chart.notes(ValueSet.minimal("")))
                .contains("up to 91 connections")
                .contains("11 pods");
    }

    @Test
    void shouldSayThatNoPodWillStartWithoutTheImages() {
        assertThat(Chart.notes(ValueSet.quickstart("")))
                .contains("NO POD WILL START")
                .contains("make images");
        assertThat(Chart.notes(ValueSet.quickstart("image: {repository: registry.example.com/tocsin}")))
                .doesNotContain("NO POD WILL START");
    }

    /// Each service forgets the changes of its own feeds.
    @Test
    void shouldTellEveryServiceHowLongItsFeedsAreKept() {
        assertThat(Chart.render(ValueSet.minimal("retention: {feeds: 20d}")).of(Kind.Deployment))
                .hasSize(3)
                .allSatisfy(deployment ->
                        assertThat(deployment.environment()).containsEntry("TOCSIN_FEEDS_RETENTION", "20d"));
    }
}
