package io.tocsin.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GunzippedStreamTest {

    private static final String LONG = "0123456789".repeat(10_000);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8_192})
    void shouldUnpackMemberAfterMemberWhereverThePartsOfTheStreamEnd(int part) throws IOException {
        byte[] packed = joined(gzip("one"), gzip(""), gzip(LONG), gzip("last"));

        assertThat(text(inParts(packed, part))).isEqualTo("one" + LONG + "last");
    }

    @Test
    void shouldTakeZerosBehindTheLastMemberForFilling() throws IOException {
        assertThat(text(new ByteArrayInputStream(joined(gzip("one"), new byte[20_000]))))
                .isEqualTo("one");
    }

    @Test
    void shouldPassOverWhatAHeaderSaysBesides() throws IOException {
        // Given
        byte[] plain = gzip("one");
        var header = new ByteArrayOutputStream();
        header.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3});
        header.writeBytes(new byte[] {3, 0, 'x', 'y', 'z'});
        header.writeBytes("name\0comment\0".getBytes(StandardCharsets.US_ASCII));
        var check = new CRC32();
        check.update(header.toByteArray());
        header.write((int) check.getValue());
        header.write((int) check.getValue() >> 8);

        // When, then
        byte[] rest = Arrays.copyOfRange(plain, 10, plain.length);
        assertThat(text(new ByteArrayInputStream(joined(header.toByteArray(), rest))))
                .isEqualTo("one");
        byte[] damaged = header.toByteArray();
        damaged[12] ^= 1;
        assertBroken(joined(damaged, rest), "header is damaged");
    }

    @Test
    void shouldSayThatItIsBrokenWhateverFollowsTheFirstMember() {
        byte[] second = gzip(LONG);
        byte[] otherMethod = second.clone();
        otherMethod[2] = 7;
        byte[] wrongSum = second.clone();
        wrongSum[second.length - 8] ^= 1;
        byte[] wrongSize = second.clone();
        wrongSize[second.length - 1] ^= 1;

        assertBroken(joined(gzip("one"), "garbage".getBytes(StandardCharsets.US_ASCII)), "not in GZIP format");
        assertBroken(joined(gzip("one"), new byte[3], second), "something follows its end");
        assertBroken(joined(gzip("one"), otherMethod), "unknown method");
        assertBroken(joined(gzip("one"), wrongSum), "what it holds is damaged");
        assertBroken(joined(gzip("one"), wrongSize), "what it holds is damaged");
    }

    @Test
    void shouldSayThatItEndsEarlyWhereverItIsCut() throws IOException {
        byte[] first = gzip("one");
        byte[] whole = joined(first, gzip("two"));

        for (int cut = 0; cut < whole.length; cut++) {
            byte[] rest = Arrays.copyOf(whole, cut);
            if (cut == first.length) {
                assertThat(text(new ByteArrayInputStream(rest))).isEqualTo("one");
            } else {
                assertBroken(rest, "ends before its end");
            }
        }
    }

    @Test
    void shouldTellABrokenConnectionFromTheEndBehindAMember() {
        InputStream cut = new SequenceInputStream(new ByteArrayInputStream(gzip("one")), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new InterruptedIOException("timed out");
            }
        });

        assertThatThrownBy(() -> text(cut))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("timed out");
    }

    private static void assertBroken(byte[] packed, String why) {
        assertThatThrownBy(() -> text(new ByteArrayInputStream(packed)))
                .isInstanceOf(GunzippedStream.BrokenGzipException.class)
                .hasMessageContaining(why);
    }

    private static String text(InputStream packed) throws IOException {
        try (var in = new GunzippedStream(packed)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] gzip(String text) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static InputStream inParts(byte[] bytes, int part) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(part, length));
            }
        };
    }
}
