package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.wire.ProblemException;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// Where Apache Olingo and we accept a filter, we mean the same by it: its tree, asked of the rows in memory, leaves
/// the
/// rows that our SQL does.
class AgreementWithOlingoTest {

    private static final int LEAST_COMPARED = 90;

    @Test
    void shouldMeanTheSameByTheTableOfAcceptedFilters() {
        // When
        long compared = Accepted.all().stream()
                .filter(accepted -> agreedOn(accepted.filter()))
                .count();

        // Then
        assertThat(compared).isGreaterThan(LEAST_COMPARED); // Olingo knows none of the leniencies
    }

    @Property(seed = "20261121")
    void shouldMeanTheSameByWhateverIsStrictlyWritten(@ForAll("filters") Ask ask) {
        Assume.that(agreedOn(Wording.strict(ask))); // Olingo refuses a null in a list, and some more
    }

    @Test
    void shouldMeanTheSameByFiltersWithAPartExchanged() {
        // Given
        var random = new Random(20_261_121);
        var accepted = Accepted.all();

        // When
        long compared = Stream.generate(() -> exchanged(
                        accepted.get(random.nextInt(accepted.size())).filter(),
                        accepted.get(random.nextInt(accepted.size())).filter(),
                        random))
                .limit(5_000)
                .filter(AgreementWithOlingoTest::agreedOn)
                .count();

        // Then
        assertThat(compared).isGreaterThan(LEAST_COMPARED);
    }

    @Provide
    Arbitrary<Ask> filters() {
        return Asks.asks();
    }

    /// Whether both accept it; then they agree, or the test fails.
    private static boolean agreedOn(String filter) {
        if (!weAccept(filter)) {
            return false;
        }
        Optional<Ask> olingo = OlingoFilter.parse(filter);
        olingo.ifPresent(
                ask -> assertThat(SampleTable.shared().left(filter)).as(filter).isEqualTo(ask.left(Sample.ROWS)));
        return olingo.isPresent();
    }

    private static boolean weAccept(String filter) {
        try {
            Given.filter(filter);
            return true;
        } catch (ProblemException refused) {
            return false;
        }
    }

    private static String exchanged(String one, String other, Random random) {
        String[] words = one.split(" ");
        String[] others = other.split(" ");
        words[random.nextInt(words.length)] = others[random.nextInt(others.length)];
        return String.join(" ", words);
    }
}
