package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RememberedCallersTest {

    private static final Instant NOON = Instant.parse("2026-02-03T12:00:00Z");

    private Instant now = NOON;
    private Instant end = NOON.plusSeconds(3_600);
    private final RememberedCallers<String> callers =
            new RememberedCallers<>(Duration.ofSeconds(60), () -> now, made -> end);

    @Test
    void shouldForgetWhenTheTimeIsOver() {
        callers.remember("a", "ann");
        now = NOON.plusSeconds(59);
        assertThat(callers.of("a")).isEqualTo("ann");

        now = NOON.plusSeconds(60);

        assertThat(callers.of("a")).isNull();
    }

    @Test
    void shouldForgetWhenTheTokenEndsBefore() {
        end = NOON.plusSeconds(10);
        callers.remember("a", "ann");

        now = NOON.plusSeconds(10);

        assertThat(callers.of("a")).isNull();
    }

    @Test
    void shouldRememberNothingThatHasNoEnd() {
        end = null;

        callers.remember("a", "ann");

        assertThat(callers.of("a")).isNull();
    }

    @Test
    void shouldForgetWhatNobodyAskedForWhenThereAreTooMany() {
        callers.remember("never asked for", "ann");
        callers.remember("asked for", "bob");
        for (int i = 0; i < 3 * RememberedCallers.MOST; i++) {
            callers.remember("a" + i, "some");
            callers.of("asked for");
        }

        assertThat(callers.of("never asked for")).isNull();
        assertThat(callers.of("asked for")).isEqualTo("bob");
    }

    @Test
    void shouldTellApartWhatDecidesDifferently() {
        assertThat(RememberedCallers.key("Bearer a", "b")).isNotEqualTo(RememberedCallers.key("Bearer ab", ""));
        assertThat(RememberedCallers.key("Bearer a", null)).isNotEqualTo(RememberedCallers.key("Bearer a", ""));
        assertThat(RememberedCallers.key("Bearer a", "b")).isEqualTo(RememberedCallers.key("Bearer a", "b"));
    }
}
