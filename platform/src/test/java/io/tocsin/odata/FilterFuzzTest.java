package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.wire.ProblemException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whatever comes in: it is refused in good order, or becomes SQL of our own words with a value for each placeholder.
class FilterFuzzTest {

    private static final int ROUNDS = 20_000;

    private static final List<String> PIECES = List.of(
            "title",
            "severity",
            "incidentId",
            "machineTags",
            "alertCreationTime",
            "actionId",
            "generateAlert",
            "nosuch",
            "eq",
            "ne",
            "gt",
            "le",
            "and",
            "or",
            "not",
            "in",
            "has",
            "any",
            "contains",
            "tolower",
            "null",
            "true",
            "'High'",
            "''",
            "'",
            "\"",
            "5",
            "-1",
            "9e9",
            "2026-01-01Z",
            "2026-01-01T00:00:00.1234567+02:00",
            "t",
            ":",
            "(",
            ")",
            "[",
            "]",
            ",",
            "/",
            "+",
            " ",
            "datetime'",
            "5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f",
            "\0",
            "%",
            "é");

    private static final Pattern WORD = Pattern.compile("[a-z_]+");

    private static final Set<String> OUR_WORDS = Set.of(
            "title",
            "id",
            "computer_dns_name",
            "assigned_to",
            "incident_id",
            "generate_alert",
            "alert_creation_ticks",
            "resolved_ticks",
            "severity",
            "status",
            "action_id",
            "machine_tags",
            "and",
            "or",
            "not",
            "in",
            "is",
            "null",
            "true",
            "distinct",
            "from",
            "like",
            "lower",
            "upper",
            "exists",
            "select",
            "unnest",
            "as",
            "element",
            "value",
            "where",
            "coalesce",
            "cardinality",
            "array",
            "cast",
            "text");

    private final Random random = new Random(20_261_120);

    @Test
    void shouldSurviveRandomText() {
        for (int round = 0; round < ROUNDS; round++) {
            check(randomText());
        }
    }

    @Test
    void shouldSurviveRandomPieces() {
        for (int round = 0; round < ROUNDS; round++) {
            check(randomPieces());
        }
    }

    @Test
    void shouldSurviveMutatedFilters() {
        // Given
        var valid = validFilters();

        for (int round = 0; round < ROUNDS; round++) {
            check(mutated(valid.get(random.nextInt(valid.size()))));
        }
    }

    private static void check(String text) {
        try {
            var query = Given.filter(text);
            assertThat(query.where().chars().filter(sign -> sign == '?').count())
                    .as(text)
                    .isEqualTo(query.parameters().size());
            assertThat(query.where()).as(text).matches("[a-z_1?@<>=(),.\\[\\] 0]+");
            assertThat(WORD.matcher(query.where()).results().map(word -> word.group()))
                    .as(text)
                    .isSubsetOf(OUR_WORDS);
        } catch (ProblemException refused) {
            assertThat(refused).hasMessageMatching("(?s).*\\$filter.*");
        }
    }

    private String randomText() {
        return random.ints(random.nextInt(60), 0, 0x250)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private String randomPieces() {
        var text = new StringBuilder();
        for (int piece = random.nextInt(30); piece >= 0; piece--) {
            text.append(PIECES.get(random.nextInt(PIECES.size()))).append(random.nextInt(4) == 0 ? "" : " ");
        }
        return text.toString();
    }

    private String mutated(String filter) {
        var text = new StringBuilder(filter);
        for (int change = random.nextInt(4); change >= 0; change--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(5));
            text.replace(at, end, random.nextBoolean() ? PIECES.get(random.nextInt(PIECES.size())) : "");
        }
        return text.toString();
    }

    private static List<String> validFilters() {
        return Stream.of(
                        AcceptedFilterTest.comparisons(),
                        AcceptedFilterTest.missingValues(),
                        AcceptedFilterTest.logic(),
                        AcceptedFilterTest.textFunctions(),
                        AcceptedFilterTest.lists(),
                        AcceptedFilterTest.collections(),
                        AcceptedFilterTest.literals(),
                        AcceptedFilterTest.times(),
                        AcceptedFilterTest.leniencies())
                .flatMap(filters -> filters)
                .map(filter -> (String) filter.get()[0])
                .toList();
    }
}
