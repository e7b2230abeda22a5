package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// That rules and dashboards name only series the services have is held against a running platform (ObservabilityE2E).
class MonitoringTest {

    private static final Pattern SINGLE_LABEL = Pattern.compile("job=\"([^\"]+)\"");

    private final Manifests manifests = Chart.render(ValueSet.minimal("""
            serviceMonitor: {enabled: true, labels: {release: prometheus}}
            prometheusRule: {enabled: true}
            dashboards: {enabled: true}
            networkPolicy: {metricsFrom: [{namespaceSelector: {}}]}
            """));

    @Test
    void shouldScrapeEachServiceOnItsManagementPort() {
        assertThat(manifests.of(Kind.ServiceMonitor)).hasSize(3).allSatisfy(monitor -> {
            assertThat(monitor.at("/spec/endpoints/0/path").asText()).isEqualTo("/q/metrics");
            assertThat(monitor.at("/spec/endpoints/0/port").asText()).isEqualTo("management");
            assertThat(monitor.at("/spec/endpoints/0/interval").asText()).isEqualTo("30s");
            assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
        });
    }

    @Test
    void shouldNameASeriesJobByTheService() {
        assertThat(manifests.of(Kind.ServiceMonitor)).allSatisfy(monitor -> {
            assertThat(monitor.at("/spec/jobLabel").asText()).isEqualTo("app.kubernetes.io/component");
            assertThat(manifests.only(Kind.Service, monitor.name() + "-metrics").component())
                    .isEqualTo(monitor.component());
        });
    }

    @Test
    void shouldAlertOnThisReleaseOnlyAndSayWhatIsWrong() {
        var rules = Manifest.each(
                        manifests.only(Kind.PrometheusRule, "tocsin-rules").at("/spec/groups"))
                .flatMap(group -> Manifest.each(group.path("rules")))
                .toList();

        assertThat(rules).allSatisfy(rule -> {
            assertThat(rule.path("expr").asText())
                    .contains("namespace=\"security\"")
                    .doesNotContain("RELEASE_NAMESPACE");
            assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
            assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
            assertThat(rule.at("/annotations/description").asText()).isNotEmpty();
        });
        assertThat(rules.toString()).contains("{{ $labels.job }}");
    }

    @Test
    void shouldShipEachDashboardWhereGrafanaFindsIt() throws IOException {
        var dashboards = manifests
                .of(Kind.ConfigMap)
                .filter(map -> map.name().contains("-dashboard-"))
                .toList();

        assertThat(dashboards).isNotEmpty();
        for (var dashboard : dashboards) {
            assertThat(dashboard.at("/metadata/labels/grafana_dashboard").asText())
                    .isEqualTo("1");
            for (var file : dashboard.json().path("data")) {
                var json = new ObjectMapper().readTree(file.asText());
                assertThat(json.path("title").asText()).isNotEmpty();
                assertThat(json.findValuesAsText("expr")).isNotEmpty();
            }
        }
    }

    @Test
    void shouldKnowNoJobButTheServices() {
        assertThat(SINGLE_LABEL
                        .matcher(Yaml.read(Chart.FOLDER.resolve("files/rules.yaml")))
                        .results())
                .allMatch(found -> List.of("alert-service", "response-service", "indicator-service")
                        .contains(found.group(1)));
    }
}
