package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// Whatever comes in: it is refused in good order, or becomes SQL of our own words with a value for each placeholder,
/// which
/// PostgreSQL answers. `make prove-filters` tries a million.
class FilterFuzzTest {

    private static final int ROUNDS = Math.ceilDiv(Integer.getInteger("tocsin.filters", 60_000), 3);

    private static final List<Accepted> ACCEPTED = Accepted.all();

    private static final List<String> PIECES = List.of(
            "title",
            "severity",
            "incidentId",
            "machineTags",
            "alertCreationTime",
            "actionId",
            "generateAlert",
            "evidence/any(e:",
            "e/sha256",
            "e/processId",
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
            "High",
            "ns.T",
            "'''x",
            "%2B",
            "%20",
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

    private static final Pattern WORD = Pattern.compile("[a-z_][a-z_0-9]*");

    private static final Set<String> OUR_WORDS = Set.of(
            "asked",
            "asked_id",
            "asked_evidence",
            "sha256",
            "file_name",
            "process_id",
            "evidence_creation_ticks",
            "entity_type",
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
    private final SampleTable table = SampleTable.shared();
    private int answered;
    private int refused;
    private long slowest;

    @AfterEach
    void tell(TestInfo test) {
        System.out.printf(
                "%s: %,d filters answered, %,d refused, the slowest took %,d ms%n",
                test.getDisplayName(), answered, refused, slowest / 1_000_000);
    }

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
        for (int round = 0; round < ROUNDS; round++) {
            check(mutated(random.nextInt(4) == 0 ? accepted() : combined()));
        }
    }

    private String accepted() {
        return ACCEPTED.get(random.nextInt(ACCEPTED.size())).filter();
    }

    private String combined() {
        return (random.nextBoolean() ? "not (" : "(") + accepted() + ")" + (random.nextBoolean() ? " and " : " or ")
                + accepted();
    }

    private void check(String text) {
        long start = System.nanoTime();
        try {
            var query = Given.filter(text);
            assertThat(query.where().chars().filter(sign -> sign == '?').count())
                    .as(text)
                    .isEqualTo(query.parameters().size());
            assertThat(WORD.matcher(query.where()).replaceAll("")).as(text).matches("[ ?@<>=(),.\\[\\]{}'01]*");
            assertThat(WORD.matcher(query.where()).results().map(word -> word.group()))
                    .as(text)
                    .isSubsetOf(OUR_WORDS);
            table.answer(query);
            answered++;
        } catch (ProblemException refusal) {
            assertThat(refusal).hasMessageContaining("$filter");
            assertThat(refusal.type()).isEqualTo(CommonProblem.ODATA_ERROR);
            refused++;
        }
        slowest = Math.max(slowest, System.nanoTime() - start);
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
        for (int change = random.nextInt(4); change > 0; change--) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(5));
            text.replace(at, end, random.nextBoolean() ? PIECES.get(random.nextInt(PIECES.size())) : "");
        }
        return text.toString();
    }
}
