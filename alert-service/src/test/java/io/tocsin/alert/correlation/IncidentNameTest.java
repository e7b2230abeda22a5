package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IncidentNameTest {

    @Test
    void shouldSayTheTitleWhenThereIsOneAlert() {
        assertThat(IncidentName.of(List.of(part("Beacon", "Malware", "ws5.corp.example"))))
                .isEqualTo("Beacon on ws5");
        assertThat(IncidentName.of(List.of(part("Beacon", null, null)))).isEqualTo("Beacon");
    }

    @Test
    void shouldSayTheStageWhenThereAreSeveralAlerts() {
        assertThat(IncidentName.of(List.of(part("A", "LateralMovement", "ws5"), part("B", "LateralMovement", "ws6"))))
                .isEqualTo("Lateral movement on 2 endpoints");
        assertThat(IncidentName.of(List.of(part("A", "LateralMovement", "ws5"), part("B", "Malware", "ws6"))))
                .isEqualTo("Multi-stage incident involving Lateral movement on 2 endpoints");
        assertThat(IncidentName.of(List.of(part("A", null, "ws5"), part("B", null, "ws5"))))
                .isEqualTo("2 related alerts on ws5");
    }

    private static IncidentName.Part part(String title, String category, String machine) {
        return new IncidentName.Part(title, category, machine);
    }
}
