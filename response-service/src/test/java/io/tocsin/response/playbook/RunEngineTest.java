package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import org.junit.jupiter.api.Test;

class RunEngineTest {

    @Test
    void shouldTryAgainWhatIsRefusedForAWhileOnly() {
        assertThat(RunEngine.isPassing(
                        new RetryLaterException(CommonProblem.SERVICE_UNAVAILABLE, "A key is missing", 10)))
                .isTrue();
        assertThat(RunEngine.isPassing(new ProblemException(ResponseProblem.ACTIVE_REQUEST_EXISTS, "Another is")))
                .isTrue();
        assertThat(RunEngine.isPassing(new ProblemException(CommonProblem.INVALID_INPUT, "It never is")))
                .isFalse();
    }
}
