package io.tocsin.odata;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever the filter, PostgreSQL leaves the rows that a reader of the OData specification would. `make prove-filters`
/// tries many more.
class FilterRowsTest {

    @Property(seed = "20261121")
    void shouldLeaveTheRowsTheSpecificationSaysHoweverTheFilterIsSpelled(
            @ForAll("filters") Ask ask, @ForAll long spelling) {
        // Given
        String filter = Wording.lenient(ask, spelling);

        // When
        String left = SampleTable.shared().left(filter);

        // Then
        assertThat(left).as(filter).isEqualTo(ask.left(Sample.ROWS));
    }

    @Provide
    Arbitrary<Ask> filters() {
        return Asks.asks();
    }
}
