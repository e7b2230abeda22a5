package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every pod of every rendering keeps to the pod security level `restricted`, and to more.
class HardeningTest {

    private static final Set<String> VOLUMES = Set.of("configMap", "emptyDir", "persistentVolumeClaim", "secret");

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldRunNoContainerWithMoreThanItNeeds(ValueSet set) {
        assertThat(Chart.render(set).withPods().flatMap(Manifest::containers))
                .isNotEmpty()
                .allSatisfy(container -> {
                    var context = container.path("securityContext");
                    assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
                    assertThat(context.path("allowPrivilegeEscalation").asBoolean(true))
                            .isFalse();
                    assertThat(context.path("privileged").asBoolean(true)).isFalse();
                    assertThat(context.path("readOnlyRootFilesystem").asBoolean())
                            .isTrue();
                    assertThat(Manifest.texts(context.at("/capabilities/drop"))).containsExactly("ALL");
                    assertThat(context.at("/capabilities/add").isMissingNode()).isTrue();
                    assertThat(context.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
                });
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldGiveNoPodATokenOrAPartOfItsNode(ValueSet set) {
        var manifests = Chart.render(set);

        assertThat(manifests.withPods()).allSatisfy(owner -> {
            var pod = owner.podSpec();
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asInt(1)).isPositive();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(List.of("hostNetwork", "hostPID", "hostIPC", "hostUsers"))
                    .noneMatch(pod::has);
            assertThat(Manifest.each(pod.path("volumes")))
                    .allSatisfy(
                            volume -> assertThat(kinds(volume)).as("%s", volume).isSubsetOf(VOLUMES));
            assertThat(owner.containers().flatMap(container -> Manifest.each(container.path("ports"))))
                    .noneMatch(port -> port.has("hostPort"));
        });
        assertThat(manifests.of(Kind.ServiceAccount))
                .allSatisfy(account -> assertThat(
                                account.at("/automountServiceAccountToken").asBoolean(true))
                        .isFalse());
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldGiveEveryPodAnAccountOfItsOwn(ValueSet set) {
        assertThat(Chart.render(set)
                        .withPods()
                        .map(pod -> pod.podSpec().path("serviceAccountName").asText()))
                .doesNotContain("", "default")
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldBoundTheMemoryAndDiskOfEveryContainer(ValueSet set) {
        var manifests = Chart.render(set);

        assertThat(manifests.withPods().flatMap(Manifest::containers)).allSatisfy(container -> {
            assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
            assertThat(container.at("/resources/requests/memory").asText()).isNotEmpty();
            assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
            assertThat(container.path("terminationMessagePolicy").asText()).isEqualTo("FallbackToLogsOnError");
        });
        assertThat(manifests
                        .withPods()
                        .flatMap(owner -> Manifest.each(owner.podSpec().path("volumes"))))
                .filteredOn(volume ->
                        volume.has("emptyDir") && !volume.path("name").asText().equals("more"))
                .allSatisfy(
                        volume -> assertThat(volume.at("/emptyDir/sizeLimit").asText())
                                .as("%s", volume)
                                .isNotEmpty());
    }

    @Test
    void shouldLeaveTheUserToTheClusterWhereItWantsTo() {
        var openShift = Chart.render(ValueSet.minimal("securityContext: {runAsUser: null}"));

        assertThat(openShift.withPods()).allSatisfy(owner -> {
            assertThat(owner.podSpec().at("/securityContext/runAsUser").isMissingNode())
                    .isTrue();
            assertThat(owner.podSpec().at("/securityContext/fsGroup").isMissingNode())
                    .isTrue();
        });
    }

    private static List<String> kinds(JsonNode volume) {
        return volume.properties().stream()
                .map(property -> property.getKey())
                .filter(name -> !name.equals("name"))
                .toList();
    }
}
