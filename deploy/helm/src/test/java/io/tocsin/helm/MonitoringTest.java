package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// That rules and dashboards name only series the services have is held against a running platform (ObservabilityE2E).
class MonitoringTest {

    private static final Pattern FIGURE = Pattern.compile("\\btocsin_\\w+");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(tocsin_\\w+)` \\|");
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
        var rules = rules(manifests);

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
    void shouldLinkEachRuleToItsPageWhereTheOperatorPutThem() {
        for (String base : List.of("https://wiki.example.com/tocsin", "https://wiki.example.com/tocsin/")) {
            var rendered = Chart.render(ValueSet.minimal("""
                    serviceMonitor: {enabled: true}
                    prometheusRule: {enabled: true, runbookBase: "%s"}
                    networkPolicy: {metricsFrom: [{namespaceSelector: {}}]}
                    """.formatted(base)));

            assertThat(rules(rendered)).isNotEmpty().allSatisfy(rule -> {
                assertThat(rule.at("/annotations/runbook_url").asText())
                        .isEqualTo("https://wiki.example.com/tocsin/"
                                + rule.path("alert").asText() + ".md");
                assertThat(rule.path("annotations").has("runbook")).isFalse();
            });
        }
    }

    @Test
    void shouldNameThePageInTheSourceWhenTheOperatorPutThemNowhere() {
        assertThat(rules(manifests)).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.at("/annotations/runbook").asText())
                    .isEqualTo("docs/runbooks/" + rule.path("alert").asText() + ".md");
            assertThat(rule.path("annotations").has("runbook_url")).isFalse();
        });
    }

    private static List<JsonNode> rules(Manifests manifests) {
        return Manifest.each(manifests.only(Kind.PrometheusRule, "tocsin-rules").at("/spec/groups"))
                .flatMap(group -> Manifest.each(group.path("rules")))
                .toList();
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

    /// docs/observability.md lists every figure, which ObservabilityE2E holds against what the services say.
    @Test
    void shouldShowEveryFigureThereIs() throws IOException {
        var shown = dashboards().stream()
                .flatMap(dashboard -> dashboard.findValuesAsText("expr").stream())
                .flatMap(expression -> FIGURE.matcher(expression)
                        .results()
                        .map(found -> found.group().replaceAll("_(count|sum|bucket)$", "")))
                .collect(Collectors.toSet());
        var documented = DOCUMENTED
                .matcher(Yaml.read(Chart.FOLDER.resolve("../../../docs/observability.md")))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(documented).hasSizeGreaterThan(60).doesNotHaveDuplicates();
        assertThat(shown).containsExactlyInAnyOrderElementsOf(documented);
    }

    @Test
    void shouldAnswerFirstWhetherAnythingIsStuckOrLagging() throws IOException {
        assertThat(dashboards()).hasSize(2).allSatisfy(dashboard -> {
            var panels = Manifest.each(dashboard.path("panels")).toList();
            assertThat(panels.getFirst().path("type").asText()).isEqualTo("row");
            assertThat(panels.getFirst().path("title").asText()).startsWith("Is anything stuck or lagging?");
            assertThat(panels.stream()
                            .skip(1)
                            .takeWhile(panel -> !panel.path("type").asText().equals("row")
                                    && !panel.path("type").asText().equals("timeseries")))
                    .hasSizeGreaterThan(5)
                    .allSatisfy(panel -> {
                        assertThat(panel.path("type").asText()).isEqualTo("stat");
                        assertThat(panel.at("/fieldConfig/defaults/thresholds/steps"))
                                .hasSize(3);
                        assertThat(panel.at("/description").asText()).isNotEmpty();
                    });
        });
    }

    @Test
    void shouldPutNoPanelOverAnother() throws IOException {
        for (var dashboard : dashboards()) {
            var taken = new HashSet<String>();
            for (var panel : dashboard.path("panels")) {
                var at = panel.path("gridPos");
                assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(24);
                for (int x = 0; x < at.path("w").asInt(); x++) {
                    for (int y = 0; y < at.path("h").asInt(); y++) {
                        assertThat(taken.add((at.path("x").asInt() + x) + " "
                                        + (at.path("y").asInt() + y)))
                                .as(panel.path("title").asText())
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void shouldAlertWhenPrometheusKnowsNoPodOfAServiceAtAll() {
        var rules = Yaml.read(Chart.FOLDER.resolve("files/rules.yaml"));

        assertThat(List.of("alert-service", "response-service", "indicator-service"))
                .allSatisfy(service -> assertThat(rules)
                        .contains("absent(up{namespace=\"RELEASE_NAMESPACE\", job=\"" + service + "\"})"));
    }

    private static List<JsonNode> dashboards() throws IOException {
        try (var files = Files.list(Chart.FOLDER.resolve("files/dashboards"))) {
            var dashboards = new ArrayList<JsonNode>();
            for (var file : files.sorted().toList()) {
                dashboards.add(new ObjectMapper().readTree(file.toFile()));
            }
            return dashboards;
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
