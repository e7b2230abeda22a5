package io.tocsin.response.devicegroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceGroupRulesTest {

    private static final GroupedDevice FINANCE =
            new GroupedDevice("FIN-WS-014.corp.example", "Windows11", List.of("VIP", "Floor-2"));

    @ParameterizedTest
    @CsvSource({
        "StartsWith, fin-,                    true",
        "StartsWith, ws,                      false",
        "EndsWith,   -014,                    true",
        "EndsWith,   .example,                false",
        "Contains,   WS,                      true",
        "Contains,   corp,                    false",
        "Equals,     fin-ws-014,              true",
        "Equals,     fin-ws-014.CORP.example, true",
        "Equals,     fin-ws-01,               false",
        "StartsWith, fin%,                    false",
    })
    void shouldCompareTheNameWithoutItsDomain(OperatorType condition, String value, boolean taken) {
        assertThat(new DeviceGroupRules(one(condition, value), null, null, null).take(FINANCE))
                .isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({
        "Equals, corp.example, true",
        "Equals, CORP.EXAMPLE, true",
        "EndsWith, example, true",
        "Contains, fin, false",
    })
    void shouldCompareWhatFollowsTheFirstDot(OperatorType condition, String value, boolean taken) {
        assertThat(new DeviceGroupRules(null, one(condition, value), null, null).take(FINANCE))
                .isEqualTo(taken);
    }

    @Test
    void shouldTakeAMachineWhenAnyOfItsTagsHolds() {
        assertThat(new DeviceGroupRules(null, null, one(OperatorType.StartsWith, "floor"), null).take(FINANCE))
                .isTrue();
        assertThat(new DeviceGroupRules(null, null, one(OperatorType.Equals, "floor"), null).take(FINANCE))
                .isFalse();
    }

    @Test
    void shouldTakeAMachineOnlyWhenEveryKindHolds() {
        var names = List.of(
                new DeviceGroupPropertyCondition(OperatorType.StartsWith, "hr-"),
                new DeviceGroupPropertyCondition(OperatorType.StartsWith, "fin-"));

        assertThat(new DeviceGroupRules(names, null, null, os("windows11", "Windows10")).take(FINANCE))
                .isTrue();
        assertThat(new DeviceGroupRules(names, null, null, os("Linux")).take(FINANCE))
                .isFalse();
        assertThat(new DeviceGroupRules(names, null, one(OperatorType.Equals, "other"), os("Windows11")).take(FINANCE))
                .isFalse();
    }

    @Test
    void shouldTakeNothingWhenNothingIsKnownOrNoConditionGiven() {
        var unknown = new GroupedDevice(null, null, List.of());

        assertThat(DeviceGroupRules.NONE.take(FINANCE)).isFalse();
        assertThat(new DeviceGroupRules(one(OperatorType.Contains, "a"), null, null, null).take(unknown))
                .isFalse();
        assertThat(new DeviceGroupRules(null, one(OperatorType.EndsWith, "example"), null, null).take(unknown))
                .isFalse();
        assertThat(new DeviceGroupRules(null, null, one(OperatorType.Contains, "a"), null).take(unknown))
                .isFalse();
        assertThat(new DeviceGroupRules(null, null, null, os("Windows11")).take(unknown))
                .isFalse();
    }

    private static List<DeviceGroupPropertyCondition> one(OperatorType condition, String value) {
        return List.of(new DeviceGroupPropertyCondition(condition, value));
    }

    private static List<DeviceGroupListPropertyCondition> os(String... values) {
        return List.of(new DeviceGroupListPropertyCondition(OperatorType.In, List.of(values)));
    }
}
