package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IncidentNameTest {

    @Test
    void shouldSayTheTitleWhenThereIsOneAlert() {
        assertThat(name(part("Beacon", "Malware", "ws5.corp.example"))).isEqualTo("Beacon on ws5");
        assertThat(name(part("Beacon", null, null))).isEqualTo("Beacon reported by ids");
    }

    @Test
    void shouldSayTheStageWhenThereAreSeveralAlerts() {
        assertThat(name(part("A", "LateralMovement", "ws5"), part("B", "LateralMovement", "ws6")))
                .isEqualTo("Lateral movement on 2 endpoints");
        assertThat(name(part("A", "LateralMovement", "ws5"), part("B", "Malware", "ws6")))
                .isEqualTo("Multi-stage incident involving Lateral movement on 2 endpoints");
        assertThat(name(part("A", null, "ws5"), part("B", null, "ws5"))).isEqualTo("2 related alerts on ws5");
    }

    @Test
    void shouldSayTheTechniqueWhenAllShowOne() {
        assertThat(name(
                        part("A", "LateralMovement", "ws5", "ids", null, "T1021.006"),
                        part("B", "LateralMovement", "ws5", "ids", null, "T1021.006")))
                .isEqualTo("Lateral movement (T1021.006) on ws5");
        assertThat(name(
                        part("A", "LateralMovement", "ws5", "ids", null, "T1021.006"),
                        part("B", "LateralMovement", "ws5", "ids", null, "T1021.002")))
                .isEqualTo("Lateral movement on ws5");
    }

    @Test
    void shouldSayWhoAndWhoSaidSoWhenThatIsKnown() {
        assertThat(name(
                        part("A", "Discovery", "ws5", "ids", "ann", null),
                        part("B", "Discovery", "ws6", "edr", "ann", null)))
                .isEqualTo("Discovery on 2 endpoints as ann reported by 2 sources");
        assertThat(name(
                        part("A", "Discovery", "ws5", "ids", "ann", null),
                        part("B", "Discovery", "ws6", "ids", "bob", null)))
                .isEqualTo("Discovery on 2 endpoints as 2 users");
    }

    private static String name(IncidentName.Part... alerts) {
        return IncidentName.of(List.of(alerts));
    }

    private static IncidentName.Part part(String title, String category, String machine) {
        return part(title, category, machine, "ids", null, null);
    }

    private static IncidentName.Part part(
            String title, String category, String machine, String source, String user, String technique) {
        return new IncidentName.Part(
                title, category, machine, source, user, technique == null ? List.of() : List.of(technique));
    }
}
