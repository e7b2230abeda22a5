package io.tocsin.helm;

import static io.tocsin.helm.Manifest.each;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a reviewer of Kubernetes manifests looks for, in every object of every rendering. README.md has the list
/// ("Practices"), with the reasons for what is deliberately otherwise.
class PracticesTest {

    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+Test)#(\\w+)`");
    private static final Set<String> SELECTED_BY =
            Set.of("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component");
    private static final int LARGEST_CONFIG_MAP = 1 << 20;

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldLabelEveryObjectAndEveryPodAsKubernetesRecommends(ValueSet set) {
        var manifests = Chart.render(set);

        assertThat(manifests.all())
                .allSatisfy(manifest -> assertThat(names(manifest.at("/metadata/labels")))
                        .containsAll(SELECTED_BY)
                        .contains(
                                "app.kubernetes.io/version",
                                "app.kubernetes.io/part-of",
                                "app.kubernetes.io/managed-by",
                                "helm.sh/chart"));
        assertThat(manifests.withPods())
                .allSatisfy(owner -> assertThat(
                                names(owner.podTemplate().orElseThrow().at("/metadata/labels")))
                        .containsAll(SELECTED_BY)
                        .contains("app.kubernetes.io/part-of", "app.kubernetes.io/managed-by"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldExchangeNoPodForANewTextInTheChart(ValueSet set) {
        assertThat(Chart.render(set).withPods())
                .allSatisfy(owner -> assertThat(
                                names(owner.podTemplate().orElseThrow().at("/metadata/labels")))
                        .doesNotContain("helm.sh/chart"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldSelectPodsByWhatNeverChanges(ValueSet set) {
        assertThat(Stream.of(Kind.Deployment, Kind.StatefulSet, Kind.PodDisruptionBudget)
                        .flatMap(kind -> Chart.render(set).of(kind)))
                .isNotEmpty()
                .allSatisfy(owner -> assertThat(names(owner.at("/spec/selector/matchLabels")))
                        .containsExactlyInAnyOrderElementsOf(SELECTED_BY));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldRunNoImageWhoseTagFloats(ValueSet set) {
        assertThat(Chart.render(set)
                        .withPods()
                        .flatMap(Manifest::containers)
                        .map(container -> container.path("image").asText()))
                .allMatch(image -> image.matches(".+(@sha256:[0-9a-f]{64}|:\\d+\\.\\d+.*)"));
    }

    /// Memory that is asked for is there, and a pod is never the one the node takes it from; a share of CPU is not
    /// throttled below what is free.
    @ParameterizedTest
    @MethodSource("sets")
    void shouldAskForAllTheMemoryItMayTakeAndBoundNoCpuUnlessTold(ValueSet set) {
        assertThat(Chart.render(set).withPods().flatMap(Manifest::containers)).allSatisfy(container -> {
            var resources = container.path("resources");
            assertThat(resources.at("/requests/memory")).isEqualTo(resources.at("/limits/memory"));
            assertThat(resources.at("/limits").has("cpu"))
                    .isEqualTo(container.path("name").asText().equals("response-service")
                            && set.values().at("/responseService").has("cpuLimit"));
        });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldAskForDiskAndBoundIt(ValueSet set) {
        assertThat(Chart.render(set).withPods().flatMap(Manifest::containers)).allSatisfy(container -> {
            assertThat(container.at("/resources/requests/ephemeral-storage").asText())
                    .isNotEmpty();
            assertThat(container.at("/resources/limits/ephemeral-storage").asText())
                    .isNotEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldProbeStartAndLifeAndReadinessEachInItsOwnWay(ValueSet set) {
        assertThat(Stream.of(Kind.Deployment, Kind.StatefulSet)
                        .flatMap(kind -> Chart.render(set).of(kind))
                        .map(owner -> owner.podSpec().at("/containers/0")))
                .isNotEmpty()
                .allSatisfy(container -> {
                    assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
                            .allMatch(container::has);
                    assertThat(action(container, "livenessProbe")).isNotEqualTo(action(container, "readinessProbe"));
                    assertThat(container.at("/livenessProbe/periodSeconds").asInt()
                                    * container
                                            .at("/livenessProbe/failureThreshold")
                                            .asInt())
                            .as("patience before a restart")
                            .isGreaterThanOrEqualTo(30);
                });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldGiveANewPodTimeToFallOverBeforeTheNextOldOneGoes(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.Deployment))
                .filteredOn(deployment -> deployment.component().endsWith("-service"))
                .hasSize(3)
                .allSatisfy(deployment -> {
                    assertThat(deployment.spec().path("minReadySeconds").asInt())
                            .isEqualTo(10);
                    assertThat(deployment.spec().path("revisionHistoryLimit").asInt())
                            .isEqualTo(3);
                });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldCallNoRolloutStuckThatStillWaitsForTheMigration(ValueSet set) {
        var manifests = Chart.render(set);
        var longest = manifests
                .onInstall()
                .of(Kind.Job)
                .mapToInt(job -> job.spec().path("activeDeadlineSeconds").asInt())
                .max()
                .orElse(0);

        assertThat(manifests.of(Kind.Deployment))
                .filteredOn(deployment -> deployment.component().endsWith("-service"))
                .hasSize(3)
                .allSatisfy(deployment -> assertThat(deployment
                                .spec()
                                .path("progressDeadlineSeconds")
                                .asInt())
                        .isGreaterThan(longest));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldScaleUpUnhurriedAndDownOneByOne(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.HorizontalPodAutoscaler)).allSatisfy(scaler -> {
            assertThat(scaler.at("/spec/minReplicas").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(scaler.at("/spec/behavior/scaleUp/stabilizationWindowSeconds")
                            .asInt())
                    .isEqualTo(60);
            assertThat(scaler.at("/spec/behavior/scaleDown/policies")).hasSize(1);
            assertThat(scaler.at("/spec/behavior/scaleDown/policies/0/type").asText())
                    .isEqualTo("Pods");
            assertThat(scaler.at("/spec/behavior/scaleDown/policies/0/value").asInt())
                    .isEqualTo(1);
        });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldLetADrainTakeAPodThatIsNotReadyAnyway(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.PodDisruptionBudget))
                .allSatisfy(budget -> assertThat(
                                budget.spec().path("unhealthyPodEvictionPolicy").asText())
                        .isEqualTo("AlwaysAllow"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldMakeNothingOfTheClusterAndAskForNoRightInIt(ValueSet set) {
        assertThat(Chart.render(set).all())
                .extracting(Manifest::kind)
                .isSubsetOf(Stream.of(Kind.values()).map(Kind::name).toList());
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldBeReachedFromOutsideByARouteOnly(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.Service)).allSatisfy(service -> {
            assertThat(service.spec().path("type").asText()).isEqualTo("ClusterIP");
            assertThat(service.spec().has("externalIPs")).isFalse();
        });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldNameEveryPortAndSayWhatIsSpokenThere(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.Service)).allSatisfy(service -> {
            assertThat(service.spec().path("ipFamilyPolicy").asText()).isEqualTo("PreferDualStack");
            assertThat(service.at("/spec/ports")).isNotEmpty().allSatisfy(port -> {
                assertThat(port.path("name").asText()).matches("[a-z]{1,15}");
                assertThat(port.path("targetPort").asText())
                        .isEqualTo(port.path("name").asText());
                assertThat(port.path("appProtocol").asText()).isNotEmpty();
            });
        });
    }

    /// Server-side apply merges a list by the keys of its elements, and refuses one that has a key twice.
    @ParameterizedTest
    @MethodSource("sets")
    void shouldHaveNoTwoElementsOfAListUnderOneKey(ValueSet set) {
        var manifests = Chart.render(set);

        manifests.withPods().forEach(owner -> {
            var pod = owner.podSpec();
            isUnique(pod.path("volumes"), "name");
            isUnique(pod.path("imagePullSecrets"), "name");
            isUnique(pod.path("topologySpreadConstraints"), "topologyKey", "whenUnsatisfiable");
            isUnique(pod.path("containers"), "name");
            owner.containers().forEach(container -> {
                isUnique(container.path("env"), "name");
                isUnique(container.path("ports"), "containerPort", "protocol");
                isUnique(container.path("volumeMounts"), "mountPath");
            });
        });
        manifests.of(Kind.Service).forEach(service -> {
            isUnique(service.at("/spec/ports"), "port", "protocol");
            isUnique(service.at("/spec/ports"), "name");
        });
    }

    /// What the server would write into a list that has one owner: GitOps tools would never settle, and a second owner
    /// could not apply the same.
    @ParameterizedTest
    @MethodSource("sets")
    void shouldLeaveTheServerNothingToAddToARoute(ValueSet set) {
        assertThat(Stream.of(Kind.HTTPRoute, Kind.TLSRoute)
                        .flatMap(kind -> Chart.render(set).of(kind)))
                .allSatisfy(route -> {
                    assertThat(route.at("/spec/parentRefs"))
                            .allSatisfy(parent -> assertThat(names(parent)).contains("group", "kind", "name"));
                    assertThat(route.at("/spec/rules"))
                            .allSatisfy(rule -> assertThat(rule.path("backendRefs"))
                                    .allSatisfy(backend ->
                                            assertThat(names(backend)).contains("group", "kind", "port", "weight")));
                });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldEndEveryJobInTime(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.Job)).allSatisfy(job -> {
            assertThat(job.spec().path("backoffLimit").asInt(-1)).isBetween(0, 10);
            assertThat(job.spec().path("activeDeadlineSeconds").asInt()).isBetween(1, 3600);
            assertThat(job.podSpec().path("restartPolicy").asText()).isEqualTo("Never");
        });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldFitIntoWhatTheClusterStores(ValueSet set) {
        assertThat(Chart.render(set).of(Kind.ConfigMap))
                .allSatisfy(map -> assertThat(map.json().toString().getBytes(StandardCharsets.UTF_8))
                        .hasSizeLessThan(LARGEST_CONFIG_MAP));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldMountWhatItDoesNotWriteForReadingOnly(ValueSet set) {
        assertThat(Chart.render(set).withPods()).allSatisfy(owner -> {
            var writable = each(owner.podSpec().path("volumes"))
                    .filter(volume -> volume.has("emptyDir") || volume.has("persistentVolumeClaim"))
                    .map(volume -> volume.path("name").asText())
                    .toList();
            assertThat(owner.containers().flatMap(container -> each(container.path("volumeMounts"))))
                    .filteredOn(mount -> !writable.contains(mount.path("name").asText())
                            && !mount.path("name").asText().equals("data"))
                    .allSatisfy(mount -> assertThat(mount.path("readOnly").asBoolean())
                            .as("%s", mount)
                            .isTrue());
        });
    }

    @Test
    void shouldBeListedForTheReviewerWithTheTestsThatHoldIt() throws ClassNotFoundException {
        // Given
        var readme = Yaml.read(Chart.FOLDER.resolve("README.md"));
        var listed = NAMED_TEST.matcher(readme).results().toList();

        // Then
        for (var test : listed) {
            assertThat(Class.forName("io.tocsin.helm." + test.group(1)).getDeclaredMethods())
                    .as(test.group())
                    .extracting(Method::getName)
                    .contains(test.group(2));
        }
        for (var held : List.of(PracticesTest.class, HardeningTest.class)) {
            assertThat(Stream.of(held.getDeclaredMethods())
                            .map(Method::getName)
                            .filter(name -> name.startsWith("should")))
                    .allMatch(name -> readme.contains("`" + held.getSimpleName() + "#" + name + "`"));
        }
    }

    private static void isUnique(JsonNode list, String... keys) {
        Function<JsonNode, List<String>> key =
                one -> Stream.of(keys).map(name -> one.path(name).asText()).toList();
        assertThat(each(list).map(key)).doesNotHaveDuplicates();
    }

    private static String action(JsonNode container, String probe) {
        return container.path(probe).path("httpGet").toString()
                + container.path(probe).path("exec");
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(property -> property.getKey()).toList();
    }
}
