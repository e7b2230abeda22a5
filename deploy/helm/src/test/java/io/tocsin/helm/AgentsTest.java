package io.tocsin.helm;

import static io.tocsin.helm.Manifest.each;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Agents by mutual TLS: passed through unopened, and checked by response-service (docs/adr/025).
class AgentsTest {

    @Test
    void shouldChangeNothingUnlessItIsAskedFor() {
        assertThat(Chart.render(ValueSet.minimal("")).all().toString())
                .doesNotContain("8443")
                .doesNotContain("AGENTS")
                .doesNotContain("tocsin-agents");
    }

    @Test
    void shouldPassTheAgentsHostThroughByATlsRoute() {
        var manifests = Chart.render(ValueSet.agentsByGateway());
        var route = manifests.only(Kind.TLSRoute, "tocsin-agents");

        assertThat(route.apiVersion()).isEqualTo("gateway.networking.k8s.io/v1");
        assertThat(Manifest.texts(route.at("/spec/hostnames"))).containsExactly("agents.tocsin.example.com");
        assertThat(route.at("/spec/parentRefs/0/sectionName").asText()).isEqualTo("agents");
        assertThat(route.at("/spec/rules/0/backendRefs/0/name").asText()).isEqualTo("tocsin-response-service");
        assertThat(route.at("/spec/rules/0/backendRefs/0/port").asInt()).isEqualTo(8443);
        assertThat(manifests.of(Kind.HTTPRoute))
                .hasSize(3)
                .allSatisfy(other ->
                        assertThat(Manifest.texts(other.at("/spec/hostnames"))).containsExactly("tocsin.example.com"));
    }

    @Test
    void shouldPassTheAgentsHostThroughByAnIngressThatEndsNoTls() {
        var ingress = Chart.render(ValueSet.agentsByIngress()).only(Kind.Ingress, "tocsin-agents");

        assertThat(ingress.at("/metadata/annotations")
                        .path("nginx.ingress.kubernetes.io/ssl-passthrough")
                        .asText())
                .isEqualTo("true");
        assertThat(ingress.spec().has("tls")).isFalse();
        assertThat(ingress.at("/spec/rules/0/host").asText()).isEqualTo("agents.tocsin.example.com");
        assertThat(ingress.at("/spec/rules/0/http/paths/0/backend/service/port/name")
                        .asText())
                .isEqualTo("agents");
        assertThat(Chart.notes(ValueSet.agentsByIngress())).contains("--enable-ssl-passthrough");
    }

    @Test
    void shouldGiveTheListenerToResponseServiceAlone() {
        var manifests = Chart.render(ValueSet.agentsByGateway());

        assertThat(manifests.deployment("response-service").environment())
                .containsEntry("TOCSIN_AGENTS_MUTUAL_TLS", "required")
                .containsEntry("QUARKUS_HTTP_SSL_PORT", "8443")
                .containsEntry("QUARKUS_HTTP_INSECURE_REQUESTS", "enabled")
                .containsEntry("QUARKUS_HTTP_TLS_CONFIGURATION_NAME", "agents");
        assertThat(List.of("alert-service", "indicator-service"))
                .allSatisfy(service -> assertThat(
                                manifests.deployment(service).json().toString())
                        .doesNotContain("8443")
                        .doesNotContain("AGENTS"));
    }

    /// The end-to-end test gives the service the same names, and sees what they do.
    @Test
    void shouldSetWhatTheProofOfItSets() {
        var proof = Yaml.read(Path.of("../e2e/src/test/java/io/tocsin/e2e/AgentsMutualTlsE2E.java"));

        assertThat(Chart.render(ValueSet.agentsByGateway())
                        .deployment("response-service")
                        .environment()
                        .keySet())
                .filteredOn(name -> name.contains("AGENTS") || name.startsWith("QUARKUS_TLS"))
                .hasSize(4)
                .allSatisfy(name -> assertThat(proof).contains('"' + name + '"'));
    }

    @Test
    void shouldReadCertificatesFromWholeFoldersThatChangeWithTheirSecrets() {
        var pod = Chart.render(ValueSet.agentsByGateway())
                .deployment("response-service")
                .podSpec();
        var mounts = each(pod.at("/containers/0/volumeMounts"))
                .filter(mount -> mount.path("name").asText().startsWith("agents-"))
                .toList();

        assertThat(mounts).hasSize(2).allSatisfy(mount -> {
            assertThat(mount.has("subPath")).isFalse();
            assertThat(mount.path("readOnly").asBoolean()).isTrue();
        });
        assertThat(each(pod.path("volumes")).map(volume -> volume.path("secret")))
                .anySatisfy(secret -> {
                    assertThat(secret.path("secretName").asText()).isEqualTo("tocsin-agents-authority");
                    assertThat(secret.at("/items/0/key").asText()).isEqualTo("authority.pem");
                    assertThat(secret.at("/items/0/path").asText()).isEqualTo("ca.crt");
                });
    }

    @Test
    void shouldOpenTheAgentsPortOfResponseServiceAndOfNobodyElse() {
        var policy = Chart.render(ValueSet.agentsByGateway()).only(Kind.NetworkPolicy, "tocsin-agents");
        var narrowed = Chart.render(ValueSet.all().stream()
                        .filter(set -> set.name().contains("older gateway"))
                        .findFirst()
                        .orElseThrow())
                .only(Kind.NetworkPolicy, "tocsin-agents");

        assertThat(policy.at("/spec/podSelector/matchLabels")
                        .path("app.kubernetes.io/component")
                        .asText())
                .isEqualTo("response-service");
        assertThat(policy.at("/spec/ingress/0/ports")).hasSize(1);
        assertThat(policy.at("/spec/ingress/0/ports/0/port").asText()).isEqualTo("agents");
        assertThat(policy.at("/spec/ingress/0").has("from")).isFalse();
        assertThat(narrowed.at("/spec/ingress/0/from")).hasSize(1);
    }

    @Test
    void shouldAskTheOperatorForBothCertificates() {
        assertThat(Chart.notes(ValueSet.agentsByGateway()))
                .contains("Secret     tocsin-agents-tls: tls.crt, tls.key")
                .contains("Secret     tocsin-agents-authority: authority.pem")
                .contains("https://agents.tocsin.example.com/agent/v1");
    }
}
