package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionTest {

    @Test
    void shouldIncludeTheReadWhenReadWriteIsGranted() {
        assertThat(Permission.ofApplication(List.of("Alert.ReadWrite.All")))
                .containsExactlyInAnyOrder(Permission.ALERT_READ_WRITE, Permission.ALERT_READ);
    }

    @Test
    void shouldCompareWithoutCaseWhenNamesAreSpelledDifferently() {
        assertThat(Permission.ofApplication(List.of("machine.isolate"))).containsExactly(Permission.MACHINE_ISOLATE);
    }

    @Test
    void shouldOpenNothingWhenAnApplicationCarriesAUsersName() {
        assertThat(Permission.ofApplication(List.of("Alert.Read", "", "Nonsense")))
                .isEmpty();
    }

    @Test
    void shouldOpenEveryIndicatorWhenAUserCarriesTiReadWrite() {
        assertThat(Permission.ofUser(List.of("Ti.ReadWrite"))).contains(Permission.TI_READ_WRITE_ALL);
    }

    @Test
    void shouldNotOpenOthersIndicatorsWhenAnApplicationCarriesTiReadWrite() {
        assertThat(Permission.ofApplication(List.of("Ti.ReadWrite"))).containsExactly(Permission.TI_READ_WRITE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RemediationTask.Read", "remediationtask.read.read", "RemediationTasks.Read"})
    void shouldMeanTheTasksWhenAUsersTokenNamesThemAsAPageDoes(String name) {
        assertThat(Permission.ofUser(List.of(name))).containsExactly(Permission.REMEDIATION_TASKS_READ);
    }

    @Test
    void shouldMeanReadWriteWhenANameIsMisspelledAsOnAPage() {
        assertThat(Permission.ofApplication(List.of("Alerts.ReadWrite.All"))).contains(Permission.ALERT_READ_WRITE);
        assertThat(Permission.ofUser(List.of("Machine.Read.Write"))).contains(Permission.MACHINE_READ_WRITE);
    }

    @Test
    void shouldOpenNothingOfThePlatformsOwnWhenAUserNamesAService() {
        assertThat(Permission.ofUser(List.of("Tocsin.Service", "Service.Investigate")))
                .isEmpty();
    }
}
