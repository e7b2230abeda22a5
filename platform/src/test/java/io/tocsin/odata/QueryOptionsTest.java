package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryOptionsTest {

    @Test
    void shouldAskForTheFirstPageWhenNoOptionIsGiven() {
        // When
        var query = ODataQuery.of(Given.MODEL, Map.of());

        // Then
        assertThat(query)
                .isEqualTo(new ODataQuery(
                        "true",
                        List.of(),
                        "alert_creation_ticks desc, id desc",
                        10_000,
                        0,
                        false,
                        List.of(),
                        Set.of(),
                        false,
                        null));
    }

    @Test
    void shouldReadEveryOptionTogether() {
        // When
        var query = ODataQuery.of(
                Given.MODEL,
                Map.of(
                        "$filter", List.of("id eq 'a'"),
                        "$orderby", List.of("incidentId"),
                        "$top", List.of("50"),
                        "$skip", List.of("100"),
                        "$count", List.of("true"),
                        "$expand", List.of("evidence"),
                        "$select", List.of("machineTags,id"),
                        "tag", List.of("not ours")));

        // Then
        assertThat(query)
                .isEqualTo(new ODataQuery(
                        "id = ?",
                        List.of("a"),
                        "incident_id asc nulls first, alert_creation_ticks desc, id desc",
                        50,
                        100,
                        true,
                        List.of("id", "machineTags"),
                        Set.of("evidence"),
                        true,
                        null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$top", "top", "$TOP", "Top", "%24top", "%24Top"})
    void shouldKnowAnOptionWithoutItsDollarAndInAnyCase(String name) {
        assertThat(Given.query(name, "3").limit()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    incidentId              | incident_id asc nulls first,
                    INCIDENTID DESC         | incident_id desc nulls last,
                    alertCreationTime desc  | alert_creation_ticks desc,
                    id asc                  | id asc,
                    computerDnsName         | lower(computer_dns_name) asc nulls first,
                    severity desc, id       | severity desc nulls last, id asc,
                    id+desc,+title          | id desc, title asc nulls first,
                    """)
    void shouldSortAsAskedAndThenByTheEntitysOwnOrder(String orderBy, String sql) {
        assertThat(Given.query("$orderby", orderBy).orderBy()).isEqualTo(sql + " alert_creation_ticks desc, id desc");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "10000, 10000", "' 7 ', 7"})
    void shouldTakeTopForTheLimit(String top, int limit) {
        // When
        var query = Given.query("$top", top);

        // Then
        assertThat(query.limit()).isEqualTo(limit);
        assertThat(query.topGiven()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"3, 0, 50, limit 3", "3, 0, 2, limit 2", "3, 7, 50, limit 3 offset 7"})
    void shouldNameThePagesRowsInTheText(String top, String skip, int most, String rows) {
        // When
        var query = ODataQuery.of(
                Given.MODEL, Map.of("$top", List.of(top), "$skip", List.of(skip), "$orderby", List.of("id")));

        // Then
        assertThat(query.page(most)).isEqualTo("order by id asc, alert_creation_ticks desc, id desc " + rows);
    }

    @ParameterizedTest
    @CsvSource({"true, true", "TRUE, true", "false, false"})
    void shouldCountOnlyWhenAsked(String count, boolean wanted) {
        assertThat(Given.query("$count", count).countWanted()).isEqualTo(wanted);
    }

    @Test
    void shouldSpellAnExpandedNameAsTheModelDoes() {
        // When
        var query = Given.query("$expand", "Evidence, EVIDENCE");

        // Then
        assertThat(query.expands("evidence")).isTrue();
        assertThat(query.expands("comments")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    id                 | id
                    Title, ID          | id,title
                    machinetags,id,ID  | id,machineTags
                    evidence           | evidence
                    *                  |
                    id,*               |
                    """)
    void shouldSelectInTheEntitysOwnOrderAndSpelling(String select, String selected) {
        // When
        var query = Given.query("$select", select);

        // Then
        assertThat(String.join(",", query.select())).isEqualTo(selected == null ? "" : selected);
        assertThat(query.projection()).isEqualTo(selected == null ? "" : "(" + selected + ")");
    }

    @Test
    void shouldAnswerWhatIsExpandedThoughItIsNotSelected() {
        // When
        var query = ODataQuery.of(Given.MODEL, Map.of("$select", List.of("id"), "$expand", List.of("evidence")));

        // Then
        assertThat(query.selectedAndExpanded()).containsExactlyInAnyOrder("id", "evidence");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    $top       | 10001                | $top is a whole number from 0 to 10000, not '10001'
                    $top       | -1                   | $top is a whole number
                    $top       | 1.5                  | $top is a whole number
                    $top       | ten                  | not 'ten'
                    $top       | 99999999999999999999 | $top is a whole number
                    $top       | ٣                    | $top is a whole number
                    $skip      | -1                   | $skip is a whole number
                    $skip      | 9223372036854775807  | $skip is a whole number
                    $count     | yes                  | $count is true or false, not 'yes'
                    $expand    | domains              | Alerts cannot expand 'domains'
                    $expand    | evidence,            | cannot expand ''
                    $expand    | evidence($top=1)     | cannot expand 'evidence($top=1)'
                    $select    | nosuch               | Alerts has no property 'nosuch' to select
                    select     | id,                  | Alerts has no property '' to select
                    $select    | evidence/sha256      | no property 'evidence/sha256' to select
                    $select    | id title             | no property 'id title' to select
                    $orderby   | evidence             | evidence is a collection; it has no order
                    $search    | x                    | The query option '$search' is not supported
                    $skiptoken | x                    | '$skiptoken' is not supported
                    $          | x                    | '$' is not supported
                    $orderby   | nosuch               | no property 'nosuch' to filter or sort on
                    $orderby   | id down              | Expected ',', 'asc', 'desc' or the end but found 'down' (position 4 of $orderby)
                    $orderby   | id,                  | Expected a property but found the end
                    $orderby   | id, ID desc          | id is named twice (position 5 of $orderby)
                    $orderby   | machineTags          | machineTags is a collection; it has no order
                    $orderby   | id; drop table x     | Cannot read
                    $orderby   | tolower(title)       | no property 'tolower'
                    """)
    void shouldNameTheFaultWhenAnOptionIsRefused(String name, String value, String fault) {
        assertRefused(Map.of(name, List.of(value)), fault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$filter", "$orderby", "$top", "$skip", "$count", "$expand", "$select"})
    void shouldRefuseAnEmptyOption(String name) {
        assertRefused(Map.of(name, List.of(" ")), name + " is empty");
        assertRefused(Map.of(name, List.of()), name + " is empty");
    }

    @Test
    void shouldRefuseAnOptionGivenTwice() {
        assertRefused(Map.of("$top", List.of("1", "2")), "$top is given more than once");
        assertRefused(Map.of("$top", List.of("1"), "TOP", List.of("1")), "$top is given more than once");
    }

    private static void assertRefused(Map<String, List<String>> options, String fault) {
        // When
        var refusal = catchThrowableOfType(ProblemException.class, () -> ODataQuery.of(Given.MODEL, options));

        // Then
        assertThat(refusal).as(options.toString()).isNotNull().hasMessageContaining(fault);
        assertThat(refusal.type()).isEqualTo(CommonProblem.ODATA_ERROR);
    }

    @Test
    void shouldTellTheAuthorOfAModelWithoutAnOrder() {
        assertThatIllegalStateException()
                .isThrownBy(() -> EntityModel.named("Alerts").build())
                .withMessageContaining("default order");
    }

    @Test
    void shouldTellTheAuthorOfAModelWithASlip() {
        // Given
        var model = EntityModel.named("Alerts").string("id", "id");

        // Then
        assertThatIllegalArgumentException().isThrownBy(() -> model.string("ID", "id"));
        assertThatIllegalArgumentException().isThrownBy(() -> model.alias("x", "nosuch"));
        assertThatIllegalArgumentException().isThrownBy(() -> model.required("nosuch"));
    }
}
