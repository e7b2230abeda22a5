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
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ActionStreamTest {

    private static final Delivered NOTHING = new Delivered(List.of(), List.of());
    private static final Instant LATER = Instant.now().plus(Duration.ofDays(1));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Test
    void shouldTellAtOnceWhatThereIsAndThenWhatComes() {
        write(LATER, Duration.ofDays(1), told("a"), told("b"), null);

        assertThat(out.toString(UTF_8).replaceFirst("retry: \\d+", "retry: N"))
                .isEqualTo("retry: N\n\nevent: actions\ndata: {\"value\":[],\"cancelled\":[\"a\"]}\n\n"
                        + "event: actions\ndata: {\"value\":[],\"cancelled\":[\"b\"]}\n\n");
    }

    @Test
    void shouldSayNowAndThenThatItIsThere() {
        write(LATER, Duration.ZERO, NOTHING, NOTHING, null);

        assertThat(out.toString(UTF_8)).matches("retry: \\d+\n\n(:\n\n){3}");
    }

    /// Ten thousand streams that asked the database at each heartbeat were a thousand transactions a second.
    @Test
    void shouldAskForNothingWhileThereIsNoNews() {
        var asked = new AtomicInteger();
        var looks = new AtomicInteger();
        var source = new ActionStream.Source(
                () -> {
                    asked.incrementAndGet();
                    return NOTHING;
                },
                patience -> {
                    looks.incrementAndGet();
                    return false;
                },
                () -> looks.get() < 3,
                stopping::get);

        new ActionStream(source, JsonMapper.builder().build().writer(), Duration.ZERO, LATER).write(out);

        assertThat(asked).hasValue(0);
        assertThat(out.toString(UTF_8)).matches("retry: \\d+\n\n(:\n\n){3}");
    }

    @Test
    void shouldEndWithAHintWhenTheServiceStops() {
        var work = new ArrayDeque<>(List.of(NOTHING));
        var source = new ActionStream.Source(
                work::poll,
                patience -> {
                    stopping.set(true);
                    return false;
                },
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
            write(LATER, Duration.ofDays(1), (Delivered) null);
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
    void shouldTakeNoMoreWorkWhenItsAgentHasGone() {
        var taken = new AtomicInteger();
        var source = new ActionStream.Source(
                () -> {
                    taken.incrementAndGet();
                    return told("lost");
                },
                patience -> true,
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
    }

    private void write(Instant end, Duration heartbeat, Delivered... work) {
        Queue<Delivered> all = new ArrayDeque<>();
        for (Delivered one : work) {
            if (one != null) {
                all.add(one);
            }
        }
        var source = new ActionStream.Source(all::poll, patience -> true, () -> true, stopping::get);
        new ActionStream(source, JsonMapper.builder().build().writer(), heartbeat, end).write(out);
    }

    private static Delivered told(String cancelled) {
        return new Delivered(List.of(), List.of(cancelled));
    }
}
