package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScalingTest {

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @Test
    void shouldScaleAlertAndResponseServiceByCpuAndLeaveTheIndexAlone() {
        var manifests = Chart.render(ValueSet.minimal(""));

        assertThat(manifests.of(Kind.HorizontalPodAutoscaler).map(Manifest::name))
                .containsExactlyInAnyOrder("tocsin-alert-service", "tocsin-response-service");
        assertThat(manifests
                        .deployment("indicator-service")
                        .spec()
                        .path("replicas")
                        .asInt())
                .isEqualTo(2);
    }

    /// What a PostgreSQL takes that nobody has configured: 100, three of them for its administrators.
    @Test
    void shouldFitAPostgresAsItComesAlsoWhileAnUpgradeRolls() {
        var manifests = Chart.render(ValueSet.minimal(""));

        int connections = manifests
                .of(Kind.Deployment)
                .mapToInt(deployment -> {
                    int pods = manifests
                            .of(Kind.HorizontalPodAutoscaler)
                            .filter(scaler -> scaler.name().equals(deployment.name()))
                            .map(scaler -> scaler.at("/spec/maxReplicas").asInt())
                            .findFirst()
                            .orElse(deployment.spec().path("replicas").asInt());
                    int surge = deployment
                            .at("/spec/strategy/rollingUpdate/maxSurge")
                            .asInt();
                    return (pods + surge)
                            * Integer.parseInt(deployment.environment().get("QUARKUS_DATASOURCE_JDBC_MAX_SIZE"));
                })
                .sum();

        assertThat(connections).isBetween(60, 100 - 3 - 3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            database: {poolSize: 9}                                            | set database.poolSize to 8 or less
            alertService: {autoscaling: {max: 20}}                             | set database.poolSize to 3 or less
            indicatorService: {replicas: 8}                                    | 17 pods may open 139 connections
            database: {poolSize: 20, maxConnections: 200}                      | leaves 195
            """)
    void shouldSayHowLargeThePoolMayBeWhenThePodsAreTooMany(String changes, String said) {
        assertThatThrownBy(() -> Chart.render(ValueSet.minimal(changes))).hasMessageContaining(said);
    }

    @Test
    void shouldLeaveTheArithmeticToTheOperatorBehindAPooler() {
        assertThat(Chart.render(ValueSet.minimal("database: {maxConnections: 0, poolSize: 200}"))
                        .of(Kind.Deployment))
                .hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldNeverScaleByAnythingButCpu(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.HorizontalPodAutoscaler)).allSatisfy(scaler -> {
            assertThat(scaler.apiVersion()).isEqualTo("autoscaling/v2");
            assertThat(scaler.at("/spec/metrics")).hasSize(1);
            assertThat(scaler.at("/spec/metrics/0/resource/name").asText()).isEqualTo("cpu");
        });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldLeaveTheNumberOfReplicasToTheAutoscalerWhereThereIsOne(ValueSet set) {
        var manifests = Chart.render(set);

        assertThat(manifests.of(Kind.Deployment))
                .allSatisfy(deployment -> assertThat(deployment.spec().has("replicas"))
                        .as("%s", deployment)
                        .isNotEqualTo(manifests.has(Kind.HorizontalPodAutoscaler, deployment.name())));
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    void shouldLetADrainTakeOneReplicaAtATimeUnlessItIsTheOnlyOne(int replicas, boolean isBudgeted) {
        var manifests = Chart.render(ValueSet.minimal("indicatorService: {replicas: %d}".formatted(replicas)));

        assertThat(manifests.has(Kind.PodDisruptionBudget, "tocsin-indicator-service"))
                .isEqualTo(isBudgeted);
        assertThat(manifests.of(Kind.PodDisruptionBudget))
                .allSatisfy(budget ->
                        assertThat(budget.spec().path("maxUnavailable").asInt()).isEqualTo(1));
    }

    /// While a database is restored (docs/operations.md), also by whoever applies the manifests again and again.
    @Test
    void shouldKeepAServiceAtZeroWhereItsReplicasAre() {
        var manifests = Chart.render(ValueSet.minimal("responseService: {replicas: 0, autoscaling: {enabled: false}}"));

        assertThat(manifests
                        .deployment("response-service")
                        .spec()
                        .path("replicas")
                        .asInt(-1))
                .isZero();
        assertThat(manifests.has(Kind.HorizontalPodAutoscaler, "tocsin-response-service"))
                .isFalse();
        assertThat(manifests.has(Kind.PodDisruptionBudget, "tocsin-response-service"))
                .isFalse();
        assertThat(manifests.has(Kind.HorizontalPodAutoscaler, "tocsin-alert-service"))
                .isTrue();
    }

    @Test
    void shouldStartANewPodBeforeAnOldOneGoes() {
        assertThat(Chart.render(ValueSet.minimal("")).of(Kind.Deployment))
                .hasSize(3)
                .allSatisfy(deployment -> {
                    assertThat(deployment
                                    .at("/spec/strategy/rollingUpdate/maxUnavailable")
                                    .asInt(-1))
                            .isZero();
                    assertThat(deployment
                                    .at("/spec/strategy/rollingUpdate/maxSurge")
                                    .asInt())
                            .isEqualTo(1);
                });
    }

    @Test
    void shouldSpreadReplicasOverNodesAndZonesWithoutInsisting() {
        assertThat(Chart.render(ValueSet.minimal("")).of(Kind.Deployment)).allSatisfy(deployment -> {
            var constraints = deployment.podSpec().path("topologySpreadConstraints");
            assertThat(Manifest.each(constraints)
                            .map(one -> one.path("topologyKey").asText()))
                    .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
            assertThat(constraints).allSatisfy(one -> {
                assertThat(one.path("whenUnsatisfiable").asText()).isEqualTo("ScheduleAnyway");
                assertThat(one.at("/labelSelector/matchLabels")).isEqualTo(deployment.at("/spec/selector/matchLabels"));
            });
        });
    }

    /// Readiness off, delay, waiting for requests, ten seconds for jobs: each has its time before the kubelet's ends.
    @ParameterizedTest
    @CsvSource({"8, 65", "1, 2", "30, 31", "120, 3600"})
    void shouldStopWithinThePatienceOfTheKubelet(int delay, int timeout) {
        var manifests = Chart.render(
                ValueSet.minimal("shutdown: {delaySeconds: %d, timeoutSeconds: %d}".formatted(delay, timeout)));

        assertThat(manifests.of(Kind.Deployment)).hasSize(3).allSatisfy(deployment -> {
            var environment = deployment.environment();
            assertThat(environment)
                    .containsEntry("QUARKUS_SHUTDOWN_DELAY", delay + "s")
                    .containsEntry("QUARKUS_SHUTDOWN_TIMEOUT", timeout + "s");
            assertThat(delay).isLessThan(timeout);
            assertThat(deployment
                            .podSpec()
                            .path("terminationGracePeriodSeconds")
                            .asInt())
                    .isGreaterThan(delay + timeout + 10);
        });
    }

    @Test
    void shouldOutwaitTheLongestPollOfAnAgentByDefault() {
        var environment = Chart.render(ValueSet.minimal(""))
                .deployment("response-service")
                .environment();

        assertThat(environment.get("QUARKUS_SHUTDOWN_TIMEOUT")).isEqualTo("65s");
        assertThat(Yaml.read(Chart.FOLDER.resolve(
                        "../../../response-service/src/main/java/io/tocsin/response/agent/LongPoll.java")))
                .contains("LONGEST_WAIT = 60");
    }

    @ParameterizedTest
    @CsvSource({"native, 384Mi", "jvm, 768Mi"})
    void shouldGiveEachVariantTheMemoryItNeeds(String variant, String memory) {
        var pod = Chart.render(ValueSet.minimal("image: {variant: %s}".formatted(variant)))
                .deployment("alert-service")
                .podSpec();

        assertThat(pod.at("/containers/0/resources/limits/memory").asText()).isEqualTo(memory);
        assertThat(pod.at("/containers/0/resources/requests/memory").asText()).isEqualTo(memory);
        assertThat(pod.at("/containers/0/resources/limits/cpu").isMissingNode()).isTrue();
    }
}
