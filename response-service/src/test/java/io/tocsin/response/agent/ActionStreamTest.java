package io.tocsin.response.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tocsin.response.action.Delivered;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ActionStreamTest {

    private static final Instant LATER = Instant.now().plus(Duration.ofDays(1));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Test
    void shouldTellAtOnceWhatThereIsAndThenWhatComes() {
        write(LATER, Duration.ofDays(1), told("a"), told("b"));

        assertThat(out.toString(UTF_8).replaceFirst("retry: \\d+", "retry: N"))
                .isEqualTo("retry: N\n\nevent: actions\ndata: {\"value\":[],\"cancelled\":[\"a\"]}\n\n"
                        + "event: actions\ndata: {\"value\":[],\"cancelled\":[\"b\"]}\n\n");
    }

    @Test
    void shouldSayNowAndThenThatItIsThere() {
        write(LATER, Duration.ZERO, null, null, null);

        assertThat(out.toString(UTF_8)).matches("retry: \\d+\n\n(:\n\n){3}");
    }

    @Test
    void shouldSayNothingWhenItIsWokenForAnotherReason() {
        write(LATER, Duration.ofDays(1), null, null, told("a"));

        assertThat(out.toString(UTF_8)).matches("(?s)retry: \\d+\n\nevent: actions\n[^\n]*\n\n");
    }

    @Test
    void shouldEndWithAHintWhenTheServiceStops() {
        var source = new ActionStream.Source(
                patience -> {
                    stopping.set(true);
                    return null;
                },
                back -> {},
                () -> !stopping.get(),
                stopping::get);

        new ActionStream(source, JsonMapper.builder().build().writer(), Duration.ofDays(1), LATER).write(out);

        assertThat(out.toString(UTF_8)).matches("(?s)retry: \\d{4,5}\n\n.*retry: \\d{3,4}\n\n");
    }

    /// With the hint of those who have another replica, ten thousand came back so fast that the service never ended.
    @Test
    void shouldSendAwayForLongerWhoeverBeginsWhileTheServiceStops() {
        stopping.set(true);

        write(LATER, Duration.ZERO, told("never"));

        assertThat(out.toString(UTF_8)).matches("retry: (\\d{4}|[12]\\d{4})\n\n");
        assertThat(Integer.parseInt(out.toString(UTF_8).strip().substring(7))).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void shouldSendAgentsThatComeTogetherBackAtDifferentTimes() {
        for (int agent = 0; agent < 20; agent++) {
            write(LATER, Duration.ofDays(1));
        }

        assertThat(out.toString(UTF_8)
                        .lines()
                        .filter(line -> line.startsWith("retry"))
                        .distinct())
                .hasSizeGreaterThan(10);
    }

    @Test
    void shouldEndByItselfWhenItsTimeIsOver() {
        write(Instant.now().minusSeconds(1), Duration.ZERO, told("never"));

        assertThat(out.toString(UTF_8)).matches("retry: \\d+\n\n");
    }

    @Test
    void shouldGiveBackWhatAnAgentThatHasGoneWasNotTold() {
        var taken = new AtomicInteger();
        var back = new ArrayList<Delivered>();
        var source = new ActionStream.Source(
                patience -> {
                    taken.incrementAndGet();
                    return told("lost");
                },
                back::add,
                () -> true,
                stopping::get);
        var broken = new OutputStream() {
            private int flushes;

            @Override
            public void write(int one) {}

            @Override
            public void flush() throws IOException {
                if (flushes++ > 0) {
                    throw new IOException("closed");
                }
            }
        };

        new ActionStream(source, JsonMapper.builder().build().writer(), Duration.ofDays(1), LATER).write(broken);

        assertThat(taken).hasValue(1);
        assertThat(back).containsExactly(told("lost"));
    }

    /// What comes, one after the other; null is a wait that brought nothing. Then its agent goes.
    private void write(Instant end, Duration heartbeat, Delivered... work) {
        var left = new LinkedList<>(Arrays.asList(work));
        var source = new ActionStream.Source(patience -> left.poll(), back -> {}, () -> !left.isEmpty(), stopping::get);
        new ActionStream(source, JsonMapper.builder().build().writer(), heartbeat, end).write(out);
    }

    private static Delivered told(String cancelled) {
        return new Delivered(List.of(), List.of(cancelled));
    }
}
