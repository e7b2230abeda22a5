package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OpenStreamsTest {

    @Test
    void shouldEndAStreamThatWaitsForItsSenderWhenTheServiceStops() throws Exception {
        // Given
        var streams = new OpenStreams(Duration.ofMillis(1));
        var waits = new CountDownLatch(1);
        InputStream body = streams.take(endless(waits));
        var ended = new CompletableFuture<Throwable>();
        var interrupted = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                body.read(new byte[8]);
            } catch (IOException stops) {
                ended.complete(stops);
            }
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        waits.await();

        // When
        streams.onStopAnnounced(null);

        // Then
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(OpenStreams.ServiceStops.class);
        assertThat(interrupted.get())
                .as("what is stored next is not interrupted")
                .isFalse();
        assertThatThrownBy(() -> body.read(new byte[8])).isInstanceOf(OpenStreams.ServiceStops.class);
    }

    @Test
    void shouldLetWhatComesAfterTheAnnouncementEndByItself() throws Exception {
        var streams = new OpenStreams(Duration.ofMinutes(1));
        streams.onStopAnnounced(null);

        try (InputStream body = streams.take(new ByteArrayInputStream(new byte[] {1, 2}))) {
            assertThat(body.readAllBytes()).containsExactly(1, 2);
        }
    }

    @Test
    void shouldEndAnAnswerOnceTheServiceStopsAndItsTimeIsOver() {
        var streams = new OpenStreams(Duration.ZERO);
        OpenStreams.Answer answer = streams.answer();
        assertThat(answer.goesOn()).isTrue();

        streams.onStopAnnounced(null);

        assertThat(answer.goesOn()).isFalse();
        assertThat(answer.toldUpTo(412))
                .hasMessageContaining("after=412")
                .extracting(problem -> problem.type().status())
                .isEqualTo(503);
    }

    @Test
    void shouldGiveAnAnswerItsTimeWhenTheServiceStops() {
        var streams = new OpenStreams(Duration.ofMinutes(1));
        OpenStreams.Answer before = streams.answer();

        streams.onStopAnnounced(null);

        assertThat(before.goesOn()).isTrue();
        assertThat(streams.answer().goesOn()).isTrue();
    }

    @Test
    void shouldLeaveTheBodyOpenWhenItIsTakenNoLonger() throws Exception {
        var streams = new OpenStreams(Duration.ofMinutes(1));
        InputStream inner = new ByteArrayInputStream(new byte[] {1}) {
            @Override
            public void close() {
                throw new AssertionError("closing drains what the sender still sends");
            }
        };

        streams.take(inner).close();

        assertThat(inner.read()).isEqualTo(1);
    }

    @Test
    void shouldSayWhereToGoOn() {
        RetryLaterException answer = new OpenStreams.ServiceStops().storedUpTo(41);

        assertThat(answer.type().status()).isEqualTo(503);
        assertThat(answer.seconds()).isEqualTo(1);
        assertThat(answer).hasMessageContaining("up to line 41");
    }

    /// As the server's: nothing comes, and an interruption ends the waiting.
    private static InputStream endless(CountDownLatch waits) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                waits.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException interrupted) {
                    throw new InterruptedIOException();
                }
                return -1;
            }
        };
    }
}
