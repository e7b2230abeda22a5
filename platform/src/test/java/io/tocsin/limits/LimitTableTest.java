package io.tocsin.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTableTest {

    @ParameterizedTest
    @CsvSource({
        "POST /api/alerts/CreateAlertByReference, 15/min",
        "GET /api/alerts, 100/min 1500/h",
        "GET /api/alerts/$count, 100/min 1500/h",
        "POST /api/alerts/batchUpdate, 10/min 500/h",
        "GET /api/machines/{machineId}/vulnerabilities, 50/min 1500/h",
        "GET /api/machines/{id}/software, 6000/min",
        "GET /api/machines/findbyip({arguments}), 100/min 1500/h",
        "POST /api/machines/{id}/startInvestigation, 50/h",
        "POST /api/machines/{id}/runliveresponse, 10/min",
        "GET /api/machineactions/{id}/getPackageUri, 2/min 120/h",
        "POST /api/indicators/import, 30/min",
        "POST /api/advancedqueries/run, 45/min 1500/h",
        "GET /api/incidents, 50/min 1500/h",
        "GET /api/machines/SoftwareInventoryExport, 5/min 20/h",
        "GET /api/machines/softwareinventorybymachine, 30/min 1000/h",
        "POST /v1/alerts, 6000/min"
    })
    void shouldHoldTheDocumentedFigureWhenTheProfileIsDefenders(String route, String limit) {
        assertThat(table(LimitProfile.DEFENDER).of(route)).isEqualTo(CallLimit.parse(limit));
    }

    @Test
    void shouldHoldOneFigureForAllWhenTheProfileIsOurs() {
        LimitTable table = table(LimitProfile.DEFAULT);

        assertThat(table.of("POST /api/alerts/CreateAlertByReference")).isEqualTo(CallLimit.parse("6000/min"));
        assertThat(table.of("POST /v1/events")).isEqualTo(CallLimit.parse("6000/min"));
    }

    @Test
    void shouldHoldNoneWhenLimitsAreOff() {
        assertThat(table(LimitProfile.OFF).of("GET /api/alerts").isNone()).isTrue();
    }

    @Test
    void shouldHoldWhatWasSetWhenARouteHasAFigureOfItsOwn() {
        LimitTable table = table(
                LimitProfile.DEFENDER,
                "POST /v1/alerts 60000/min",
                " get /API/alerts 300/min 5000/h",
                "POST /v1/events off");

        assertThat(table.of("POST /v1/alerts")).isEqualTo(new CallLimit(60_000L, null));
        assertThat(table.of("GET /api/alerts")).isEqualTo(new CallLimit(300L, 5_000L));
        assertThat(table.of("POST /v1/events").isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /v1/alerts", "POST /v1/alerts many", "POST /v1/alerts 10/s", "GET /a -1/min"})
    void shouldNotStartWhenASettingIsNoLimit(String override) {
        assertThatThrownBy(() -> table(LimitProfile.DEFAULT, override))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not");
    }

    private static LimitTable table(LimitProfile profile, String... overrides) {
        record Settings(LimitProfile profile, String eachRoute, Optional<List<String>> overrides)
                implements LimitsConfig {}
        return new LimitTable(new Settings(profile, "6000/min", Optional.of(List.of(overrides))));
    }
}
