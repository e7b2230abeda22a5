package io.tocsin.alert.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Held against what RE2 makes of any expression it takes.
class ExpressionSizeTest {

    private static final long SEED = 20_261_130;
    private static final int TRIES = Integer.getInteger("tocsin.prove.expressions", 200_000);
    private static final int LONGEST = 12;
    private static final int MOST_REPEATS = 5;

    /// What every program begins and ends with.
    private static final int ENDS = 6;

    private static final List<String> PARTS = List.of(
            "a",
            "b",
            ".",
            "^",
            "$",
            "|",
            "(",
            ")",
            ")",
            "(?:",
            "(?i)",
            "(?s)",
            "(?i:",
            "(?P<n>",
            "[",
            "]",
            "[^",
            "[]",
            "[:alpha:]",
            "[[:alpha:]]",
            "[[:^digit:]]",
            "-",
            "\\\\",
            "\\]",
            "\\[",
            "\\Q",
            "\\E",
            "\\d",
            "\\pL",
            "\\p{Greek}",
            "\\x41",
            "\\x{41}",
            "\\123",
            "\\b",
            "*",
            "+",
            "?",
            "*?",
            "{2}",
            "{3}",
            "{2,}",
            "{1,3}",
            "{0,2}",
            "{3}?",
            "{0}",
            "{,2}",
            "{ 2}",
            "{4",
            "}",
            ",",
            ":");

    @Test
    void shouldNeverCountLessThanIsCompiled() {
        var random = new Random(SEED);
        int taken = 0;
        int counted = 0;
        for (int i = 0; i < TRIES; i++) {
            var expression = new StringBuilder();
            for (int part = 1 + random.nextInt(LONGEST); part > 0; part--) {
                expression.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            String text = expression.toString();
            if (text.chars().filter(c -> c == '{').count() > MOST_REPEATS) {
                continue; // it is memory that is at stake
            }
            int size;
            try {
                size = Pattern.compile(text).programSize();
            } catch (PatternSyntaxException notTaken) {
                continue;
            }
            taken++;
            counted += text.contains("{") ? 1 : 0;
            assertThat(ExpressionSize.of(text) + ENDS)
                    .as("%s is %d", text, size)
                    .isGreaterThanOrEqualTo(size);
        }
        assertThat(taken).isGreaterThan(TRIES / 20);
        assertThat(counted).isGreaterThan(TRIES / 100);
    }
}
