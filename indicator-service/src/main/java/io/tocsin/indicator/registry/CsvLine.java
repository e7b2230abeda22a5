package io.tocsin.indicator.registry;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An indicator as a line of a table, which the import takes again.
final class CsvLine {

    static final String HEADER = "indicatorType,indicatorValue,action,title,description,expirationTime,severity,"
            + "recommendedActions,rbacGroups,category,mitreTechniques,generateAlert,application,externalId,educateUrl,bypassDurationHours";

    private CsvLine() {}

    static String of(IndicatorEntity it) {
        return Stream.of(
                        it.indicatorType,
                        it.indicatorValue,
                        it.action,
                        it.title,
                        it.description,
                        it.expirationTime,
                        it.severity,
                        it.recommendedActions,
                        list(it.rbacGroupNames),
                        it.category,
                        list(it.mitreTechniques),
                        it.generateAlert,
                        it.application,
                        it.externalId,
                        it.educateUrl,
                        it.bypassDurationHours)
                .map(value -> field(Objects.toString(value, "")))
                .collect(Collectors.joining(","));
    }

    private static String list(List<String> values) {
        return String.join(",", values);
    }

    /// Quoted where it must be.
    private static String field(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';')
                && text.equals(text.strip());
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
