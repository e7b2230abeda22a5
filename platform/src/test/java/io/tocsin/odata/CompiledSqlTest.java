package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The forms that indexes serve, and that what the caller wrote is bound and never text.
class CompiledSqlTest {

    @ParameterizedTest
    @MethodSource("compiled")
    void shouldCompileToAFormAnIndexServes(String filter, String where, List<Object> parameters) {
        // When
        var query = Given.filter(filter);

        // Then
        assertThat(query.where()).isEqualTo(where);
        assertThat(query.parameters()).isEqualTo(parameters);
    }

    private static Arguments sql(String filter, String where, Object... parameters) {
        return arguments(filter, where, List.of(parameters));
    }

    static Stream<Arguments> compiled() {
        return Stream.of(
                sql("title eq 'x'", "title = ?", "x"),
                sql("title ne 'x'", "title is distinct from ?", "x"),
                sql("not (title ne 'x')", "title = ?", "x"),
                sql("not (title eq 'x' or id ne 'a')", "title is distinct from ? and id = ?", "x", "a"),
                sql("not (incidentId gt 5)", "(incident_id > ?) is not true", 5L),
                sql("5 lt incidentId", "incident_id > ?", 5L),
                sql("generateAlert", "generate_alert"),
                sql("not generateAlert", "not generate_alert"),
                sql("assignedTo eq null", "assigned_to is null"),
                sql("computerDnsName eq 'PC1'", "lower(computer_dns_name) = lower(?)", "PC1"),
                sql("startswith(computerDnsName,'PC')", "lower(computer_dns_name) like lower(?)", "PC%"),
                sql("not contains(title,'x')", "title not like ?", "%x%"),
                sql("severity in (high,'LOW')", "severity in (?, ?)", "High", "Low"),
                sql("id eq 'a' or id eq 'b' and id eq 'c'", "(id = ? or id = ? and id = ?)", "a", "b", "c"),
                sql("actionId eq " + Sample.ACTION, "action_id = ?", UUID.fromString(Sample.ACTION)),
                sql(
                        "machineTags/any(t: t eq 'x')",
                        "machine_tags <> '{}' and machine_tags @> array[cast(? as text)]",
                        "x"),
                sql(
                        "machineTags/any(t: startswith(t,'x'))",
                        "exists (select 1 from unnest(machine_tags) as element(value) where element.value like ?)",
                        "x%"),
                sql(
                        "evidence/any(e: e/sha256 eq 'aa')",
                        "exists (select 1 from asked_evidence as element where element.asked_id = asked.id"
                                + " and element.sha256 = ?)",
                        "aa"));
    }

    @Test
    void shouldEscapeWhatLikeWouldTakeForAWildcard() {
        assertThat(Given.filter("contains(title,'100%_\\done')").parameters()).containsExactly("%100\\%\\_\\\\done%");
        assertThat(Given.filter("title eq '100%_\\'").parameters()).containsExactly("100%_\\");
    }
}
