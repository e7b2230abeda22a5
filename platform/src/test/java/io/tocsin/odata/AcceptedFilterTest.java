package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptedFilterTest {

    private final SampleTable table = SampleTable.shared();

    @ParameterizedTest
    @MethodSource("accepted")
    void shouldLeaveTheRowsOfTheTable(Accepted accepted) {
        assertThat(table.left(accepted.filter())).isEqualTo(accepted.left());
    }

    static List<Accepted> accepted() {
        return Accepted.all();
    }

    @Test
    void shouldReadAnyWhiteSpaceBetweenTokens() {
        assertThat(table.left(" \t title\neq  'x' ")).isEqualTo("a");
    }

    @Test
    void shouldAcceptAListOfAThousandValues() {
        assertThat(table.left("incidentId in (" + numbers(1_000) + ")")).isEqualTo("7 a b d g");
    }

    @Test
    void shouldRefuseAListOfMoreThanAThousandValues() {
        RefusedFilterTest.assertRefused("incidentId in (" + numbers(1_001) + ")", "longer than 1000 values");
    }

    @Test
    void shouldAcceptThirtyTwoLevels() {
        assertThat(table.left("(".repeat(32) + "id eq 'a'" + ")".repeat(32))).isEqualTo("a");
        assertThat(table.left("not ".repeat(32) + "id eq 'a'")).isEqualTo("a");
    }

    @Test
    void shouldAcceptAsManyAlternativesAsFit() {
        // Given
        String filter = IntStream.range(0, 600).mapToObj(n -> "id eq " + n).collect(Collectors.joining(" or "));

        // Then
        assertThat(table.left(filter)).isEqualTo("7");
    }

    @Test
    void shouldSortAMissingValueBeforeEveryOther() {
        assertThat(table.answer(Given.query("$orderby", "incidentId,id")))
                .containsExactly("c", "e", "7", "a", "g", "b", "d", "f");
        assertThat(table.answer(Given.query("$orderby", "title desc")))
                .startsWith("a")
                .endsWith("c");
    }

    private static String numbers(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> Integer.toString(n % 100))
                .collect(Collectors.joining(","));
    }
}
