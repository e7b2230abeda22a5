package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryNamesTest {

    @ParameterizedTest
    @CsvSource({
        "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run, HKLM\\SOFTWARE\\Run",
        "hkey_users\\S-1-5-21\\Run, HKU\\S-1-5-21\\Run",
        "HKEY_CURRENT_USER, HKCU",
        "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\x, HKLM\\SYSTEM\\CurrentControlSet\\Services\\x",
        "HKLM\\System\\CurrentControlSet\\Services, HKLM\\System\\CurrentControlSet\\Services",
        "HKLM\\SYSTEM\\ControlSet0012\\x, HKLM\\SYSTEM\\ControlSet0012\\x",
        "A\\HKEY_USERS, A\\HKEY_USERS"
    })
    void shouldNameAKeyAsSysmonDoesWhoeverSentIt(String key, String expected) {
        assertThat(RegistryNames.asSysmonHas(key)).isEqualTo(expected);
    }

    @Test
    void shouldTellRulesTheKeyOfADefenderRowAsSysmonHasIt() {
        DetectionEvent event = Rows.of("""
                {"category":"AdvancedHunting-DeviceRegistryEvents","properties":{"Timestamp":"2026-02-03T09:15:27Z","DeviceId":"%s","DeviceName":"ws6","ActionType":"RegistryValueSet","RegistryKey":"HKEY_LOCAL_MACHINE\\\\SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run","RegistryValueName":"upd","RegistryValueData":"C:\\\\Temp\\\\upd.exe","ReportId":1}}""".formatted("6".repeat(40))).getFirst();

        assertThat(event.registryTarget()).isEqualTo("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\upd");
    }
}
