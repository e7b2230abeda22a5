package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64, 100_000})
    void shouldGiveEachLineWhereverThePartsOfTheStreamEnd(int part) throws IOException {
        String longer = "x".repeat(70_000);

        assertThat(lines(inParts("a\n\n" + longer + "\nb c\r\nlast", part)))
                .containsExactly("a", "", longer, "b c\r", "last");
        assertThat(lines(inParts("a\nb\n", part))).containsExactly("a", "b");
        assertThat(lines(inParts("", part))).isEmpty();
    }

    @Test
    void shouldSkipALineThatIsTooLongAndGoOn() throws IOException {
        var lines = new LineReader(inParts("a\n" + "x".repeat(LineReader.LONGEST + 1) + "\nb\n", 8_192));

        assertThat(lines.next()).asString().isEqualTo("a");
        assertThat(lines.next()).isSameAs(LineReader.TOO_LONG);
        assertThat(lines.next()).asString().isEqualTo("b");
        assertThat(lines.next()).isNull();
    }

    @Test
    void shouldGiveNoLineWhoseEndNeverCame() throws IOException {
        var lines = new LineReader(new InputStream() {
            private boolean begun;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (begun) {
                    throw new IOException("cut");
                }
                begun = true;
                byte[] text = "whole\nhalf".getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(text, 0, target, offset, text.length);
                return text.length;
            }
        });

        assertThat(lines.next()).asString().isEqualTo("whole");
        assertThatThrownBy(lines::next).hasMessage("cut");
    }

    @Test
    void shouldSayThatALineIsNotThereYetAndGiveItWholeOnceItIs() throws IOException {
        var out = new PipedOutputStream();
        try (var lines = LineReader.live(new PipedInputStream(out))) {
            // Given
            out.write("a\nhal".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(lines.next()).asString().isEqualTo("a");

            // When, then
            assertThat(lines.next(Duration.ofMillis(20))).isSameAs(LineReader.NOT_YET);
            assertThat(lines.next(Duration.ZERO)).isSameAs(LineReader.NOT_YET);
            out.write("f\nlast".getBytes(StandardCharsets.US_ASCII));
            out.close();
            assertThat(lines.next()).asString().isEqualTo("half");
            assertThat(lines.next()).asString().isEqualTo("last");
            assertThat(lines.next()).isNull();
            assertThat(lines.next(Duration.ZERO)).isNull();
        }
    }

    @Test
    void shouldEndItsThreadWhenItIsClosedWithSomethingNobodyTook() throws Exception {
        // Given: one part is there, and the next is waited for
        var waits = new CountDownLatch(1);
        var reader = new AtomicReference<Thread>();
        var lines = LineReader.live(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (reader.getAndSet(Thread.currentThread()) == null) {
                    target[offset] = 'a';
                    return 1;
                }
                try {
                    waits.countDown();
                    new CountDownLatch(1).await();
                    return 0;
                } catch (InterruptedException closed) {
                    throw new InterruptedIOException();
                }
            }
        });
        waits.await();

        // When
        lines.close();

        // Then
        assertThat(reader.get().isAlive()).isFalse();
    }

    @Test
    void shouldReadNoFurtherWhenItIsClosed() throws Exception {
        // Given
        var waits = new CountDownLatch(1);
        var told = new AtomicBoolean();
        var lines = LineReader.live(new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    waits.countDown();
                    new CountDownLatch(1).await();
                    return 0;
                } catch (InterruptedException closed) {
                    told.set(true);
                    throw new InterruptedIOException();
                }
            }
        });
        waits.await();

        // When
        lines.close();

        // Then
        assertThat(told).isTrue();
    }

    private static List<String> lines(InputStream in) throws IOException {
        in.mark(Integer.MAX_VALUE);
        List<String> plain = lines(new LineReader(in));
        in.reset();
        try (var live = LineReader.live(in)) {
            assertThat(lines(live)).isEqualTo(plain);
        }
        return plain;
    }

    private static List<String> lines(LineReader lines) throws IOException {
        var found = new ArrayList<String>();
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            found.add(new String(line, StandardCharsets.US_ASCII));
        }
        return found;
    }

    private static InputStream inParts(String text, int part) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(part, length));
            }
        };
    }
}
