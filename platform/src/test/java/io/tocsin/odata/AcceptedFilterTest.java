package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptedFilterTest {

    private static final UUID ACTION = UUID.fromString("5A9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f");
    private static final long NEW_YEAR = 17_672_256_000_000_000L;
    private static final long AUGUST_2018 = 15_330_816_000_000_000L;

    @ParameterizedTest
    @MethodSource({
        "comparisons",
        "missingValues",
        "logic",
        "textFunctions",
        "lists",
        "collections",
        "literals",
        "times",
        "leniencies"
    })
    void shouldCompileToBoundSqlWhenTheFilterIsAccepted(String filter, String where, List<Object> parameters) {
        // When
        var query = Given.filter(filter);

        // Then
        assertThat(query.where()).isEqualTo(where);
        assertThat(query.parameters()).isEqualTo(parameters);
    }

    private static Arguments accepted(String filter, String where, Object... parameters) {
        return arguments(filter, where, List.of(parameters));
    }

    static Stream<Arguments> comparisons() {
        return Stream.of(
                accepted("title eq 'x'", "title = ?", "x"),
                accepted("title ne 'x'", "title is distinct from ?", "x"),
                accepted("title gt 'x'", "title > ?", "x"),
                accepted("title ge 'x'", "title >= ?", "x"),
                accepted("title lt 'x'", "title < ?", "x"),
                accepted("title le 'x'", "title <= ?", "x"),
                accepted("'High' eq severity", "severity = ?", "High"),
                accepted("5 lt incidentId", "incident_id > ?", 5L),
                accepted("5 ge incidentId", "incident_id <= ?", 5L),
                accepted("computerDnsName eq 'PC1'", "lower(computer_dns_name) = lower(?)", "PC1"),
                accepted("computerDnsName ne 'PC1'", "lower(computer_dns_name) is distinct from lower(?)", "PC1"),
                accepted("incidentId eq 7", "incident_id = ?", 7L),
                accepted("incidentId ne -7", "incident_id is distinct from ?", -7L),
                accepted("generateAlert eq true", "generate_alert = ?", true),
                accepted("generateAlert ne false", "generate_alert is distinct from ?", false),
                accepted("generateAlert", "generate_alert = ?", true),
                accepted("severity ne 'Low'", "severity is distinct from ?", "Low"),
                accepted("actionId eq 5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f", "action_id = ?", ACTION));
    }

    static Stream<Arguments> missingValues() {
        return Stream.of(
                accepted("assignedTo eq null", "assigned_to is null"),
                accepted("assignedTo ne null", "assigned_to is not null"),
                accepted("null eq assignedTo", "assigned_to is null"),
                accepted("resolvedTime eq NULL", "resolved_ticks is null"),
                accepted("machineTags eq null", "machine_tags is null"),
                accepted("machineTags ne null", "machine_tags is not null"),
                accepted("not (title eq null)", "title is not null"),
                accepted("title in ('a', null)", "(title in (?) or title is null)", "a"),
                accepted("title in (null)", "title is null"));
    }

    static Stream<Arguments> logic() {
        return Stream.of(
                accepted("title eq 'a' and id eq 'b'", "title = ? and id = ?", "a", "b"),
                accepted("title eq 'a' or id eq 'b'", "(title = ? or id = ?)", "a", "b"),
                accepted("id eq 'a' or id eq 'b' and id eq 'c'", "(id = ? or id = ? and id = ?)", "a", "b", "c"),
                accepted("(id eq 'a' or id eq 'b') and id eq 'c'", "(id = ? or id = ?) and id = ?", "a", "b", "c"),
                accepted("not id eq 'a'", "(id = ?) is not true", "a"),
                accepted("not (id eq 'a' and id eq 'b')", "(id = ? and id = ?) is not true", "a", "b"),
                accepted("not(id eq 'a')and(id eq 'b')", "(id = ?) is not true and id = ?", "a", "b"),
                accepted("not not generateAlert", "((generate_alert = ?) is not true) is not true", true),
                accepted("((id eq 'a'))", "id = ?", "a"));
    }

    static Stream<Arguments> textFunctions() {
        return Stream.of(
                accepted("contains(title,'x')", "title like ?", "%x%"),
                accepted("startswith(title, 'x')", "title like ?", "x%"),
                accepted("endswith( title , 'x' )", "title like ?", "%x"),
                accepted("contains(computerDnsName,'X')", "lower(computer_dns_name) like lower(?)", "%X%"),
                accepted("contains(severity,'form')", "lower(severity) like lower(?)", "%form%"),
                accepted("not contains(title,'x')", "(title like ?) is not true", "%x%"),
                accepted("contains(title,'x') eq true", "title like ?", "%x%"),
                accepted("contains(title,'x') eq false", "(title like ?) is not true", "%x%"),
                accepted("contains(title,'x') ne true", "(title like ?) is not true", "%x%"),
                accepted("tolower(title) eq 'x'", "lower(title) = ?", "x"),
                accepted("tolower(title) eq tolower('X')", "lower(title) = ?", "x"),
                accepted("toupper(title) eq 'X'", "upper(title) = ?", "X"),
                accepted("contains(tolower(title),'x')", "lower(title) like ?", "%x%"),
                accepted("tolower(title) in ('x')", "lower(title) in (?)", "x"),
                accepted("tolower(computerDnsName) eq 'x'", "lower(computer_dns_name) = lower(?)", "x"),
                accepted("tolower(status) eq 'new'", "status = ?", "New"));
    }

    static Stream<Arguments> lists() {
        return Stream.of(
                accepted("severity in ('high','LOW')", "severity in (?, ?)", "High", "Low"),
                accepted("severity in ['High', 'Low']", "severity in (?, ?)", "High", "Low"),
                accepted("incidentId in (1,'2', 3)", "incident_id in (?, ?, ?)", 1L, 2L, 3L),
                accepted("computerDnsName in ('a','b')", "lower(computer_dns_name) in (lower(?), lower(?))", "a", "b"),
                accepted("not (severity in ('High'))", "(severity in (?)) is not true", "High"));
    }

    static Stream<Arguments> collections() {
        String element = "exists (select 1 from unnest(machine_tags) as element(value) where element.value ";
        return Stream.of(
                accepted("machineTags/any()", "coalesce(cardinality(machine_tags), 0) > 0"),
                accepted("machineTags/any(t: t eq 'x')", "machine_tags @> array[cast(? as text)]", "x"),
                accepted("machineTags has 'x'", "machine_tags @> array[cast(? as text)]", "x"),
                accepted(
                        "not machineTags/any(t:t eq 'x')", "(machine_tags @> array[cast(? as text)]) is not true", "x"),
                accepted("machineTags/any(t: t ne 'x')", element + "is distinct from ?)", "x"),
                accepted("machineTags/any(tag:startswith(tag,'x'))", element + "like ?)", "x%"),
                accepted("machineTags/Any(T: contains(t,'x'))", element + "like ?)", "%x%"),
                accepted("machineTags/any(t: t in ('x','y'))", element + "in (?, ?))", "x", "y"),
                accepted("machineTags/any(t: t gt 'x' and t lt 'z')", element + "> ? and element.value < ?)", "x", "z"),
                accepted(
                        "machineTags/any(t: t eq 'x' or endswith(t,'y'))",
                        "exists (select 1 from unnest(machine_tags) as element(value)"
                                + " where (element.value = ? or element.value like ?))",
                        "x",
                        "%y"),
                accepted(
                        "machineTags/any(t: tolower(t) eq 'x') and id eq 'y'",
                        "exists (select 1 from unnest(machine_tags) as element(value)"
                                + " where lower(element.value) = ?) and id = ?",
                        "x",
                        "y"));
    }

    static Stream<Arguments> literals() {
        return Stream.of(
                accepted("title eq 'it''s'", "title = ?", "it's"),
                accepted("title eq ''''", "title = ?", "'"),
                accepted("title eq ''", "title = ?", ""),
                accepted("title eq \"it's\"", "title = ?", "it's"),
                accepted("title eq \"a \"\"b\"\"\"", "title = ?", "a \"b\""),
                accepted("title eq 'a and b eq (c)'", "title = ?", "a and b eq (c)"),
                accepted("title eq 'Zürich 東京 🚨'", "title = ?", "Zürich 東京 🚨"),
                accepted("title eq '?; drop table alert --'", "title = ?", "?; drop table alert --"),
                accepted("id eq 7", "id = ?", "7"),
                accepted("incidentId eq '7'", "incident_id = ?", 7L),
                accepted("generateAlert eq 'True'", "generate_alert = ?", true),
                accepted("generateAlert eq FALSE", "generate_alert = ?", false),
                accepted("actionId eq '5A9F1D6E-1C2B-4D3E-8F90-1A2B3C4D5E6F'", "action_id = ?", ACTION),
                accepted("actionId eq guid'5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f'", "action_id = ?", ACTION));
    }

    static Stream<Arguments> times() {
        String after = "alert_creation_ticks > ?";
        return Stream.of(
                accepted("alertCreationTime gt 2026-01-01T00:00:00Z", after, NEW_YEAR),
                accepted("alertCreationTime gt 2026-01-01T00:00:00.0000001Z", after, NEW_YEAR + 1),
                accepted("alertCreationTime gt 2026-01-01T00:00Z", after, NEW_YEAR),
                accepted("alertCreationTime gt 2026-01-01", after, NEW_YEAR),
                accepted("alertCreationTime gt 2018-08-01Z", after, AUGUST_2018),
                accepted("alertCreationTime gt '2018-08-01Z'", after, AUGUST_2018),
                accepted("alertCreationTime gt \"2026-01-01T00:00:00Z\"", after, NEW_YEAR),
                accepted("alertCreationTime gt datetime'2026-01-01T00:00:00'", after, NEW_YEAR),
                accepted("alertCreationTime gt DateTimeOffset'2026-01-01T00:00:00Z'", after, NEW_YEAR),
                accepted("alertCreationTime gt 2026-01-01T02:00:00+02:00", after, NEW_YEAR),
                accepted("alertCreationTime gt 2026-01-01T02:00:00 02:00", after, NEW_YEAR),
                accepted("alertCreationTime gt '2026-01-01T02:00:00 02:00'", after, NEW_YEAR),
                accepted("alertCreationTime gt 2025-12-31T19:00:00-05:00", after, NEW_YEAR),
                accepted("alertCreationTime gt '2026-01-01 00:00:00'", after, NEW_YEAR),
                accepted("2026-01-01 lt alertCreationTime", after, NEW_YEAR),
                accepted(
                        "alertCreationTime ge 2018-08-01Z and alertCreationTime lt 2026-01-01Z",
                        "alert_creation_ticks >= ? and alert_creation_ticks < ?",
                        AUGUST_2018,
                        NEW_YEAR));
    }

    static Stream<Arguments> leniencies() {
        return Stream.of(
                accepted(
                        "SEVERITY EQ 'high' AND Status NE 'new'",
                        "severity = ? and status is distinct from ?",
                        "High",
                        "New"),
                accepted(
                        "StartsWith(Title,'x') Or NOT(ID In ('a'))",
                        "(title like ? or (id in (?)) is not true)",
                        "x%",
                        "a"),
                accepted("asssignedTo eq 'a@b'", "lower(assigned_to) = lower(?)", "a@b"),
                accepted(
                        "alertCreationTime+gt+2026-01-01T00:00:00Z+and+id+eq+'a+b'",
                        "alert_creation_ticks > ? and id = ?",
                        NEW_YEAR,
                        "a+b"),
                accepted("incidentId+eq+5+or+incidentId+eq+6", "(incident_id = ? or incident_id = ?)", 5L, 6L),
                accepted(" \t title\neq  'x' ", "title = ?", "x"));
    }

    @Test
    void shouldEscapeWhatLikeWouldTakeForAWildcard() {
        // When
        var query = Given.filter("contains(title,'100%_\\done')");

        // Then
        assertThat(query.parameters()).containsExactly("%100\\%\\_\\\\done%");
    }

    @Test
    void shouldNotEscapeWhatIsComparedWhole() {
        assertThat(Given.filter("title eq '100%_\\'").parameters()).containsExactly("100%_\\");
    }

    @Test
    void shouldAcceptAListOfAThousandValues() {
        // Given
        String list = numbers(1_000);

        // When
        var query = Given.filter("incidentId in (" + list + ")");

        // Then
        assertThat(query.parameters()).hasSize(1_000);
    }

    @Test
    void shouldRefuseAListOfMoreThanAThousandValues() {
        RefusedFilterTest.assertRefused("incidentId in (" + numbers(1_001) + ")", "longer than 1000 values");
    }

    @Test
    void shouldAcceptThirtyTwoLevels() {
        assertThat(Given.filter("(".repeat(32) + "id eq 'a'" + ")".repeat(32)).where())
                .isEqualTo("id = ?");
    }

    @Test
    void shouldAcceptAsManyAlternativesAsFit() {
        // Given
        String filter = IntStream.range(0, 600).mapToObj(n -> "id eq " + n).collect(Collectors.joining(" or "));

        // When
        var query = Given.filter(filter);

        // Then
        assertThat(query.parameters()).hasSize(600);
    }

    private static String numbers(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> Integer.toString(n % 100))
                .collect(Collectors.joining(","));
    }
}
