package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MonitoringTest {

    /// Names of all series of a scrape of the three services, recorded from a run; grow it with the metrics.
    private static final Path SERIES = Path.of("src/test/resources/metrics.txt");

    private static final Pattern SELECTED = Pattern.compile("([a-z_:][a-z0-9_:]*)\\{");
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
    void shouldAlertOnNothingButSeriesTheServicesHave() throws IOException {
        var expressions = Manifest.each(
                        manifests.only(Kind.PrometheusRule, "tocsin-rules").at("/spec/groups"))
                .flatMap(group -> Manifest.each(group.path("rules")))
                .map(rule -> rule.path("expr").asText())
                .toList();

        assertThat(expressions).isNotEmpty();
        assertThat(selected(expressions.stream())).isNotEmpty().isSubsetOf(series());
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
    void shouldDrawNothingButSeriesTheServicesHave() throws IOException {
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
                assertThat(selected(json.findValuesAsText("expr").stream())).isSubsetOf(series());
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

    private static Set<String> selected(Stream<String> expressions) {
        return expressions
                .flatMap(expression -> SELECTED.matcher(expression).results().map(found -> found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> series() throws IOException {
        var series = new TreeSet<>(Files.readAllLines(SERIES));
        // Prometheus' own, of every target.
        series.add("up");
        return series;
    }
}
