package io.tocsin.response.devicegroup;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// Which machines a group takes: of every kind that has conditions, one at least must hold; a kind has at most ten
/// values (contract 20 §3).
///
/// @param devicesNamesConditions on the name without its domain; `Equals` may also give the whole DNS name
/// @param devicesDomainsConditions on what follows the name's first dot
/// @param devicesTagsConditions on any of the machine's tags
/// @param devicesOsConditions on `osPlatform`
@RegisterForReflection
public record DeviceGroupRules(
        List<@NotNull @Valid DeviceGroupPropertyCondition> devicesNamesConditions,
        List<@NotNull @Valid DeviceGroupPropertyCondition> devicesDomainsConditions,
        List<@NotNull @Valid DeviceGroupPropertyCondition> devicesTagsConditions,
        List<@NotNull @Valid DeviceGroupListPropertyCondition> devicesOsConditions) {

    static final DeviceGroupRules NONE = new DeviceGroupRules(null, null, null, null);

    private static final int MOST_VALUES = 10;

    public DeviceGroupRules {
        devicesNamesConditions = given(devicesNamesConditions);
        devicesDomainsConditions = given(devicesDomainsConditions);
        devicesTagsConditions = given(devicesTagsConditions);
        devicesOsConditions = given(devicesOsConditions);
    }

    @JsonIgnore
    boolean isEmpty() {
        return devicesNamesConditions.isEmpty()
                && devicesDomainsConditions.isEmpty()
                && devicesTagsConditions.isEmpty()
                && devicesOsConditions.isEmpty();
    }

    /// What single constraints cannot say.
    ///
    /// @throws ProblemException 400 `InvalidInput`
    void check() {
        if (isEmpty()) {
            throw invalid("deviceGroupRules has no condition");
        }
        bounded("devicesNamesConditions", devicesNamesConditions.size());
        bounded("devicesDomainsConditions", devicesDomainsConditions.size());
        bounded("devicesTagsConditions", devicesTagsConditions.size());
        bounded(
                "devicesOsConditions",
                devicesOsConditions.stream()
                        .mapToInt(it -> it.valuesList().size())
                        .sum());
        if (Stream.of(devicesNamesConditions, devicesDomainsConditions, devicesTagsConditions)
                .flatMap(Collection::stream)
                .anyMatch(it -> it.condition() == OperatorType.In)) {
            throw invalid("condition In is for devicesOsConditions only");
        }
        if (devicesOsConditions.stream().anyMatch(it -> it.condition() != OperatorType.In)) {
            throw invalid("devicesOsConditions takes the condition In only");
        }
    }

    boolean take(GroupedDevice device) {
        return !isEmpty()
                && (devicesNamesConditions.isEmpty()
                        || devicesNamesConditions.stream().anyMatch(it -> named(it, device)))
                && (devicesDomainsConditions.isEmpty()
                        || devicesDomainsConditions.stream().anyMatch(it -> it.holds(device.domain())))
                && (devicesTagsConditions.isEmpty()
                        || devicesTagsConditions.stream()
                                .anyMatch(it -> device.tags().stream().anyMatch(it::holds)))
                && (devicesOsConditions.isEmpty()
                        || devicesOsConditions.stream().anyMatch(it -> it.holds(device.osPlatform())));
    }

    private static boolean named(DeviceGroupPropertyCondition it, GroupedDevice device) {
        return it.holds(device.name()) || it.condition() == OperatorType.Equals && it.holds(device.dnsName());
    }

    private static void bounded(String property, int values) {
        if (values > MOST_VALUES) {
            throw invalid(property + " has " + values + " values, at most " + MOST_VALUES + " are taken");
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }

    /// A copy that may hold the nulls a caller sent: the constraints speak of them later.
    private static <T> List<T> given(List<T> conditions) {
        return conditions == null ? List.of() : conditions;
    }
}
