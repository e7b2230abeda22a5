package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever is referred to is rendered, or the operator is told to bring it.
class ReferencesTest {

    static List<ValueSet> sets() {
        return ValueSet.all();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void shouldReferToNothingThatIsNotThereOrAskedFor(ValueSet set) {
        assertThat(References.broken(Chart.render(set), Chart.notes(set))).isEmpty();
    }

    @Test
    void shouldNoticeAReferenceThatLeadsNowhere() {
        // Given
        var set = new ValueSet("everything", ValueSet.PRODUCTION, "");
        var manifests = Chart.render(set);
        var without = new Manifests(manifests.all().stream()
                .filter(manifest -> !manifest.toString().equals("Service tocsin-response-service")
                        && !manifest.toString().equals("ConfigMap tocsin-settings"))
                .toList());

        // When
        var broken = References.broken(without, "");

        // Then
        assertThat(String.join("\n", broken))
                .contains("Ingress tocsin-api refers to a Service that is not there: tocsin-response-service")
                .contains("Deployment tocsin-alert-service refers to a ConfigMap nobody is asked for: tocsin-settings")
                .contains("Secret nobody is asked for: tocsin-database-owner username");
    }

    @Test
    void shouldNeedNothingFromOutsideInTheQuickstart() {
        assertThat(References.broken(Chart.render(ValueSet.quickstart("")), "")).isEmpty();
    }
}
