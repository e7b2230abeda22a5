package io.tocsin.helm;

import static io.tocsin.helm.Manifest.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which path goes to which service, and who may talk to whom.
class NetworkingTest {

    private static final ValueSet INGRESS = ValueSet.minimal("""
            host: tocsin.example.com
            ingress: {enabled: true, tls: {secretName: tocsin-tls}}
            """);

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @Test
    void shouldRouteByIngressExactlyAsTheTableOfPrefixesSays() {
        assertThat(routesOfIngress(Chart.render(INGRESS))).isEqualTo(wanted());
    }

    @Test
    void shouldRouteByGatewayExactlyAsTheTableOfPrefixesSays() {
        var routes = new HashMap<String, String>();
        for (var route : Chart.render(ValueSet.gateway()).of(Kind.HTTPRoute).toList()) {
            for (var rule : route.at("/spec/rules")) {
                var service = rule.at("/backendRefs/0/name").asText();
                each(rule.path("matches")).forEach(match -> {
                    assertThat(match.at("/path/type").asText()).isEqualTo("PathPrefix");
                    assertThat(routes.put(match.at("/path/value").asText(), service))
                            .isNull();
                });
            }
        }

        assertThat(routes).isEqualTo(wanted());
    }

    @Test
    void shouldStayWithinTheBoundsOfTheGatewayApi() {
        assertThat(Chart.render(ValueSet.gateway()).of(Kind.HTTPRoute))
                .hasSize(3)
                .allSatisfy(route -> {
                    assertThat(route.at("/spec/rules")).hasSizeBetween(1, 16);
                    assertThat(route.at("/spec/rules"))
                            .allSatisfy(rule -> assertThat(rule.path("matches")).hasSizeBetween(1, 8));
                });
    }

    @ParameterizedTest
    @CsvSource({
        "/agent, tocsin-response-service, true",
        "/v1/feeds, tocsin-alert-service, true",
        "/v1/feeds/actions, tocsin-response-service, true",
        "/v1/feeds/indicators, tocsin-indicator-service, true",
        "/v1/events, tocsin-alert-service, true",
        "/v1/alerts, tocsin-alert-service, true",
        "/, tocsin-alert-service, false",
        "/api/machines, tocsin-response-service, false"
    })
    void shouldNeitherBufferNorCutOffWhatFlowsForLong(String prefix, String service, boolean isStream) {
        var ingresses = Chart.render(INGRESS).of(Kind.Ingress).collect(Collectors.toMap(Manifest::name, one -> one));
        var ingress = ingresses.get(isStream ? "tocsin-streams" : "tocsin-api");
        var annotations = ingress.at("/metadata/annotations");

        assertThat(paths(ingress)).containsEntry(prefix, service);
        assertThat(annotations
                        .path("nginx.ingress.kubernetes.io/proxy-read-timeout")
                        .asText())
                .isEqualTo(isStream ? "3600" : "120");
        assertThat(annotations.has("nginx.ingress.kubernetes.io/proxy-buffering"))
                .isEqualTo(isStream);

        var rule = Chart.render(ValueSet.gateway())
                .of(Kind.HTTPRoute)
                .flatMap(route -> each(route.at("/spec/rules")))
                .filter(one -> each(one.path("matches"))
                        .anyMatch(match -> match.at("/path/value").asText().equals(prefix)))
                .findFirst()
                .orElseThrow();
        assertThat(rule.at("/timeouts/request").asText()).isEqualTo(isStream ? "3600s" : "120s");
    }

    @Test
    void shouldLetAnAnnotationBeChangedOrRemoved() {
        var changed = Chart.render(ValueSet.minimal("""
                host: tocsin.example.com
                ingress:
                  enabled: true
                  annotations: {example.com/class: public}
                  streamAnnotations:
                    nginx.ingress.kubernetes.io/proxy-read-timeout: "60"
                    nginx.ingress.kubernetes.io/proxy-buffering: null
                  tls: {secretName: tocsin-tls}
                """))
                .only(Kind.Ingress, "tocsin-streams")
                .at("/metadata/annotations");

        assertThat(changed.path("nginx.ingress.kubernetes.io/proxy-read-timeout")
                        .asText())
                .isEqualTo("60");
        assertThat(changed.has("nginx.ingress.kubernetes.io/proxy-buffering")).isFalse();
        assertThat(changed.path("example.com/class").asText()).isEqualTo("public");
    }

    @Test
    void shouldTakeFromOutsideTheHeaderThatOnlyServicesMaySet() {
        assertThat(Chart.render(ValueSet.gateway()).of(Kind.HTTPRoute).flatMap(route -> each(route.at("/spec/rules"))))
                .allSatisfy(rule -> assertThat(Manifest.texts(rule.at("/filters/0/requestHeaderModifier/remove")))
                        .containsExactly("Tocsin-Forwarded"));
    }

    @Test
    void shouldServeHttpsUnlessToldThatSomethingElseDoes() {
        assertThat(Chart.render(INGRESS).of(Kind.Ingress)).hasSize(2).allSatisfy(ingress -> {
            assertThat(ingress.at("/spec/tls/0/secretName").asText()).isEqualTo("tocsin-tls");
            assertThat(ingress.at("/spec/tls/0/hosts/0").asText()).isEqualTo("tocsin.example.com");
        });
    }

    @Test
    void shouldCallPeersWhereTheyAre() {
        assertThat(Chart.render(ValueSet.minimal("")).of(Kind.Deployment))
                .allSatisfy(deployment -> assertThat(deployment.environment())
                        .containsEntry(
                                "TOCSIN_PEERS_INDICATOR_URL",
                                "http://tocsin-indicator-service.security.svc.cluster.local:8080"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldKeepTheManagementPortOutOfEveryServiceRequestsGoThrough(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.Service))
                .filteredOn(service -> each(service.at("/spec/ports"))
                        .anyMatch(port -> port.path("name").asText().equals("management")))
                .allSatisfy(service -> {
                    assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("None");
                    assertThat(service.name()).endsWith("-metrics");
                });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldProbeTheManagementPortOnly(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.Deployment))
                .allSatisfy(deployment -> assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
                        .allSatisfy(probe -> assertThat(deployment
                                        .podSpec()
                                        .at("/containers/0/" + probe + "/httpGet/port")
                                        .asText())
                                .isEqualTo("management")));
    }

    @Test
    void shouldDenyEverythingThatIsNotAllowed() {
        var deny = Chart.render(ValueSet.minimal("")).only(Kind.NetworkPolicy, "tocsin-default-deny");

        assertThat(Manifest.texts(deny.at("/spec/policyTypes"))).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(deny.spec().has("ingress")).isFalse();
        assertThat(deny.spec().has("egress")).isFalse();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldCoverEveryPodByAPolicyThatLimitsBothDirections(ValueSet set) {
        var manifests = Chart.render(set);
        if (manifests.of(Kind.NetworkPolicy).findAny().isEmpty()) {
            assertThat(set.values().at("/networkPolicy/enabled").asBoolean(true))
                    .isFalse();
            return;
        }
        var deny = manifests
                .of(Kind.NetworkPolicy)
                .filter(policy -> policy.name().endsWith("-default-deny"))
                .findFirst()
                .orElseThrow()
                .at("/spec/podSelector/matchLabels");

        assertThat(manifests.withPods())
                .allSatisfy(pod -> assertThat(pod.podTemplate()
                                .orElseThrow()
                                .at("/metadata/labels")
                                .properties())
                        .containsAll(deny.properties()));
    }

    @Test
    void shouldLetServicesReachWhatTheyNeedAndTheMigrationOnlyTheDatabase() {
        var manifests = Chart.render(ValueSet.minimal("""
                database: {port: 6432}
                oidc:
                  issuer: https://login.example.com:8443/realms/tocsin
                  additionalIssuers: {partner: {issuer: 'https://id.partner.example', audiences: [tocsin], tenants: ['*']}}
                otlp: {endpoint: http://otel.monitoring:4317}
                """));

        assertThat(egressPorts(manifests.only(Kind.NetworkPolicy, "tocsin-services")))
                .containsExactly(List.of(53, 53), List.of(6432), List.of(8443, 443), List.of(8080), List.of(4317));
        assertThat(egressPorts(manifests.only(Kind.NetworkPolicy, "tocsin-migration")))
                .containsExactly(List.of(53, 53), List.of(6432));
        assertThat(manifests.only(Kind.NetworkPolicy, "tocsin-migration").spec().has("ingress"))
                .isFalse();
    }

    /// A policy is asked with the port of the pod, after a Service has mapped its own to it.
    @Test
    void shouldNameThePortsPodsListenOnWhenAServiceMapsThem() {
        var policy = Chart.render(ValueSet.minimal("""
                otlp: {endpoint: http://otel.monitoring}
                networkPolicy: {databasePorts: [5433, 5434], issuerPorts: [8443], otlpPorts: [4317]}
                """)).only(Kind.NetworkPolicy, "tocsin-services");

        assertThat(egressPorts(policy))
                .containsExactly(List.of(53, 53), List.of(5433, 5434), List.of(8443), List.of(8080), List.of(4317));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldLetTrafficWithinTheReleaseToPortsItsPodsListenOn(ValueSet set) {
        var manifests = Chart.render(set);

        assertThat(manifests.of(Kind.NetworkPolicy).toList()).allSatisfy(policy -> {
            for (var rule : policy.at("/spec/egress")) {
                for (var to : rule.path("to")) {
                    var component = to.at("/podSelector/matchLabels/app.kubernetes.io~1component");
                    if (!component.isMissingNode()) {
                        assertThat(listening(manifests, component.asText()))
                                .as("%s to %s", policy.name(), component.asText())
                                .containsAll(each(rule.path("ports"))
                                        .map(port -> port.path("port").asInt())
                                        .toList());
                    }
                }
            }
            var own = policy.at("/spec/podSelector/matchLabels/app.kubernetes.io~1component");
            for (var rule : policy.at("/spec/ingress")) {
                for (var port : rule.path("ports")) {
                    if (port.path("port").isInt() && !own.isMissingNode()) {
                        assertThat(listening(manifests, own.asText()))
                                .as("into %s", own.asText())
                                .contains(port.path("port").asInt());
                    }
                }
            }
        });
    }

    private static List<Integer> listening(Manifests manifests, String component) {
        return manifests
                .withPods()
                .filter(pod -> pod.component().equals(component))
                .flatMap(pod -> each(pod.podSpec().path("containers")))
                .flatMap(container -> each(container.path("ports")))
                .map(port -> port.path("containerPort").asInt())
                .toList();
    }

    /// Whether or not the issuers are named, or on a port of their own, or in the same cluster.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "networkPolicy: {issuerTo: [{ipBlock: {cidr: 192.0.2.7/32}}]}",
                "networkPolicy: {issuerPorts: [8443]}",
                "oidc: {issuer: 'https://login.example.com:8443/realms/tocsin'}"
            })
    void shouldLetEveryServiceReachWhatItCallsOutside(String changes) {
        assertThat(List.of(Chart.render(ValueSet.minimal(changes)), Chart.render(ValueSet.quickstart(""))))
                .allSatisfy(manifests -> {
                    var outbound = manifests.only(Kind.NetworkPolicy, "tocsin-outbound");
                    assertThat(egressPorts(outbound)).containsExactly(List.of(443));
                    assertThat(outbound.at("/spec/egress/0/to/0/ipBlock/cidr").asText())
                            .isEqualTo("0.0.0.0/0");
                    assertThat(outbound.at("/spec/egress/0/to/0/ipBlock/except").toString())
                            .contains("10.0.0.0/8", "169.254.0.0/16");
                    assertThat(Manifest.texts(outbound.at("/spec/podSelector/matchExpressions/0/values")))
                            .containsExactly("alert-service", "response-service", "indicator-service");
                });
    }

    @Test
    void shouldLetNoServiceOutWhereNothingIsNamed() {
        assertThat(Chart.render(ValueSet.minimal("networkPolicy: {outboundTo: []}"))
                        .has(Kind.NetworkPolicy, "tocsin-outbound"))
                .isFalse();
    }

    @Test
    void shouldTellEachServiceWhichTargetsInsideItMayCall() {
        var manifests = Chart.render(ValueSet.minimal("""
                webhooks: {allowed: [soar.corp.example]}
                playbooks: {allowed: [10.20.0.0/16, itsm.corp.example]}
                indicatorSources: {allowed: [misp.corp.example], allowHttp: true}
                networkPolicy: {outboundTo: [{ipBlock: {cidr: 10.20.0.0/16}}]}
                """));

        assertThat(manifests.deployment("alert-service").environment())
                .containsEntry("TOCSIN_WEBHOOKS_ALLOWED", "soar.corp.example");
        assertThat(manifests.deployment("response-service").environment())
                .containsEntry("TOCSIN_PLAYBOOKS_ALLOWED", "10.20.0.0/16,itsm.corp.example");
        assertThat(manifests.deployment("indicator-service").environment())
                .containsEntry("TOCSIN_INDICATORS_SOURCES_ALLOWED", "misp.corp.example")
                .containsEntry("TOCSIN_INDICATORS_SOURCES_ALLOW_HTTP", "true");
    }

    @Test
    void shouldLetAlertServiceAloneReachKafka() {
        var kafka = Chart.render(ValueSet.minimal("""
                kafka: {bootstrapServers: ['a.kafka:9093', 'b.kafka:9093'], existingSecret: tocsin-kafka}
                networkPolicy: {kafkaTo: [{namespaceSelector: {}}]}
                """)).only(Kind.NetworkPolicy, "tocsin-kafka");

        assertThat(egressPorts(kafka)).containsExactly(List.of(9093));
        assertThat(kafka.at("/spec/podSelector/matchLabels/app.kubernetes.io~1component")
                        .asText())
                .isEqualTo("alert-service");
        assertThat(egressPorts(Chart.render(ValueSet.minimal("""
                kafka: {bootstrapServers: ['a.kafka:9093'], existingSecret: tocsin-kafka}
                networkPolicy: {kafkaPorts: [9094, 9095]}
                """)).only(Kind.NetworkPolicy, "tocsin-kafka")))
                .containsExactly(List.of(9094, 9095));
    }

    @Test
    void shouldLetResponseServiceAloneReachTheStoreOfFiles() {
        String s3 = "files: {store: s3, s3: {bucket: abc, existingSecret: tocsin-files%s}}\n";
        var own = Chart.render(ValueSet.minimal(s3.formatted(", endpoint: 'http://minio.storage:9000'")
                        + "networkPolicy: {filesTo: [{namespaceSelector: {}}]}"))
                .only(Kind.NetworkPolicy, "tocsin-files");

        assertThat(egressPorts(own)).containsExactly(List.of(9000));
        assertThat(own.at("/spec/egress/0/to/0").has("namespaceSelector")).isTrue();
        assertThat(own.at("/spec/podSelector/matchLabels/app.kubernetes.io~1component")
                        .asText())
                .isEqualTo("response-service");
        assertThat(egressPorts(
                        Chart.render(ValueSet.minimal(s3.formatted(""))).only(Kind.NetworkPolicy, "tocsin-files")))
                .containsExactly(List.of(443));
    }

    @Test
    void shouldLetInOnlyWhoIsNamed() {
        var manifests = Chart.render(new ValueSet("everything", ValueSet.PRODUCTION, ""));
        var ingress = manifests.only(Kind.NetworkPolicy, "tocsin-services").at("/spec/ingress");

        assertThat(ingress.at("/0/ports/0/port").asText()).isEqualTo("http");
        assertThat(ingress.at("/0/from")).hasSize(2);
        assertThat(ingress.at("/0/from/1/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                        .asText())
                .isEqualTo("ingress-nginx");
        assertThat(ingress.at("/1/ports/0/port").asText()).isEqualTo("management");
        assertThat(ingress.at("/1/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name")
                        .asText())
                .isEqualTo("monitoring");
    }

    @Test
    void shouldLetNobodyScrapeUnlessNamed() {
        var ingress = Chart.render(ValueSet.minimal(""))
                .only(Kind.NetworkPolicy, "tocsin-services")
                .at("/spec/ingress");

        assertThat(ingress.toString()).doesNotContain("management");
    }

    private static Map<String, String> wanted() {
        var wanted = new HashMap<String, String>();
        Yaml.read(Chart.FOLDER.resolve("files/prefixes.csv"))
                .lines()
                .skip(1)
                .map(line -> line.split(",", -1))
                .forEach(columns -> wanted.put(columns[0], "tocsin-" + columns[1]));
        assertThat(wanted).hasSizeGreaterThan(40);
        List.of("/", "/v1/feeds", "/v1/events", "/v1/alerts")
                .forEach(prefix -> wanted.put(prefix, "tocsin-alert-service"));
        return wanted;
    }

    private static Map<String, String> routesOfIngress(Manifests manifests) {
        var routes = new HashMap<String, String>();
        for (var ingress : manifests.of(Kind.Ingress).toList()) {
            paths(ingress)
                    .forEach((path, service) -> assertThat(routes.put(path, service))
                            .as("%s in two Ingress objects", path)
                            .isNull());
        }
        return routes;
    }

    private static Map<String, String> paths(Manifest ingress) {
        var paths = new HashMap<String, String>();
        for (var path : ingress.at("/spec/rules/0/http/paths")) {
            assertThat(path.path("pathType").asText()).isEqualTo("Prefix");
            paths.put(
                    path.path("path").asText(), path.at("/backend/service/name").asText());
        }
        return paths;
    }

    private static List<List<Integer>> egressPorts(Manifest policy) {
        var ports = new ArrayList<List<Integer>>();
        for (JsonNode rule : policy.at("/spec/egress")) {
            ports.add(each(rule.path("ports"))
                    .map(port -> port.path("port").asInt())
                    .toList());
        }
        return ports;
    }
}
