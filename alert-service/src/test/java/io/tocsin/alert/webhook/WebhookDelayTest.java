package io.tocsin.alert.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookDelayTest {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "30, 30", "3600, 600"})
    void shouldWaitAsLongAsAskedButNeitherLessThanTheFirstPauseNorMoreThanTheLongest(long asked, long waits) {
        assertThat(WebhookWorker.delay(FIRST, LONGEST, 0, Duration.ofSeconds(asked)))
                .isEqualTo(Duration.ofSeconds(waits));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "3, 8", "9, 512", "10, 600", "1000, 600"})
    void shouldDoubleThePauseWhenNothingIsAskedFor(int attempts, long seconds) {
        assertThat(WebhookWorker.delay(FIRST, LONGEST, attempts, null))
                .isBetween(Duration.ofMillis(seconds * 800), Duration.ofMillis(seconds * 1200));
    }

    @Test
    void shouldRefuseToStartWhenAClaimEndsBeforeAnAnswerMayCome() {
        assertThatCode(() -> WebhookDispatcher.check(Duration.ofSeconds(11), Duration.ofSeconds(10)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> WebhookDispatcher.check(Duration.ofSeconds(10), Duration.ofSeconds(10)))
                .hasMessage("tocsin.webhooks.claim (PT10S) must be longer than tocsin.webhooks.timeout (PT10S)");
    }
}
