package io.tocsin.indicator.index;

import io.tocsin.feed.Place;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// An index as a file, so that a replica that starts again has only to catch up. It is read whole or not at all:
/// another
/// version, a wrong checksum or an odd number, and the index is built from the table instead.
///
/// @param label of the history of the database the place belongs to (docs/adr/024)
/// @param place everything up to there is in it
public record Snapshot(KeyTable table, String label, Place place) {

    private static final long MAGIC = 0x544F4353494E4458L;
    private static final int VERSION = 2; // 1: groups of eight
    private static final int BUFFER = 1024 * 1024;
    private static final int MOST_SEGMENTS = 1 << 16;

    /// Writes it beside the file and then in its place: whoever reads finds the old one or the new one.
    public void write(Path file) throws IOException {
        Path made = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                made, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var out = new Out(channel);
            out.number(MAGIC);
            out.number(VERSION);
            out.number(table.hash().seedHigh());
            out.number(table.hash().seedLow());
            byte[] text = label.getBytes(StandardCharsets.UTF_8);
            out.number(text.length);
            out.bytes(text);
            out.number(place.position());
            out.number(place.id());
            out.number(place.ticks());
            Generation generation = table.generation();
            out.number(generation.prefixes().size());
            for (var prefixes : generation.prefixes().entrySet()) {
                out.number(prefixes.getKey().getMostSignificantBits());
                out.number(prefixes.getKey().getLeastSignificantBits());
                out.number(prefixes.getValue().four());
                out.number(prefixes.getValue().sixLow());
                out.number(prefixes.getValue().sixHigh());
            }
            long[] removed = generation.removed().toArray();
            out.number(removed.length);
            out.numbers(removed);
            out.number(generation.base().length);
            for (Segment segment : generation.base()) {
                segment(out, segment);
            }
            segment(out, generation.frozen());
            segment(out, generation.middle());
            segment(out, generation.recent());
            out.end();
            channel.force(true);
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void segment(Out out, Segment segment) throws IOException {
        out.number(segment.groups);
        out.number(segment.size());
        out.bytes(segment.tags);
        out.numbers(segment.keys);
        out.numbers(segment.ids);
    }

    /// Empty when there is none that can be used.
    ///
    /// @throws IOException when there is one that is broken
    public static Optional<Snapshot> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var in = new In(channel);
            if (in.number() != MAGIC || in.number() != VERSION) {
                return Optional.empty();
            }
            var hash = new KeyHash(in.number(), in.number());
            String label = new String(in.bytes(in.number(0, 1_000)), StandardCharsets.UTF_8);
            var place = new Place(in.number(), in.number(), in.number());
            Map<UUID, PrefixLengths> prefixes = new HashMap<>();
            for (int left = in.number(0, 10_000_000); left > 0; left--) {
                prefixes.put(
                        new UUID(in.number(), in.number()), new PrefixLengths(in.number(), in.number(), in.number()));
            }
            long[] removed = in.numbers(in.number(0, Integer.MAX_VALUE));
            Segment[] base = new Segment[in.number(1, MOST_SEGMENTS)];
            if (Integer.bitCount(base.length) != 1) {
                throw new IOException("the directory is not a power of two");
            }
            for (int i = 0; i < base.length; i++) {
                base[i] = segment(in);
            }
            Segment frozen = segment(in);
            Segment middle = segment(in);
            Segment recent = segment(in);
            in.end();
            // Nothing is made of what was read before its sum is known to be right.
            var generation = new Generation(
                    base,
                    Segment.EMPTY,
                    merged(frozen, middle),
                    recent,
                    LongSet.of(removed, removed.length),
                    Map.copyOf(prefixes));
            return Optional.of(new Snapshot(new KeyTable(hash, generation), label, place));
        }
    }

    /// A merge that was half done begins anew.
    private static Segment merged(Segment frozen, Segment middle) {
        return frozen.size() == 0 ? middle : KeyTable.together(frozen, middle);
    }

    private static Segment segment(In in) throws IOException {
        int groups = in.number(1, Segment.MOST_SLOTS);
        int slots = groups * Segment.GROUP;
        int size = in.number(0, slots - 1);
        return new Segment(groups, in.bytes(groups * 8), in.numbers(2 * slots), in.numbers(slots), size);
    }

    private static final class Out {

        private final FileChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        private final CRC32C checksum = new CRC32C();

        Out(FileChannel channel) {
            this.channel = channel;
        }

        void number(long number) throws IOException {
            room(Long.BYTES);
            buffer.putLong(number);
        }

        void bytes(byte[] bytes) throws IOException {
            for (int at = 0; at < bytes.length; ) {
                room(1);
                int some = Math.min(bytes.length - at, buffer.remaining());
                buffer.put(bytes, at, some);
                at += some;
            }
        }

        void numbers(long[] numbers) throws IOException {
            for (int at = 0; at < numbers.length; ) {
                room(Long.BYTES);
                int some = Math.min(numbers.length - at, buffer.remaining() / Long.BYTES);
                buffer.asLongBuffer().put(numbers, at, some);
                buffer.position(buffer.position() + some * Long.BYTES);
                at += some;
            }
        }

        private void room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                flush();
            }
        }

        private void flush() throws IOException {
            buffer.flip();
            checksum.update(buffer.duplicate());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        }

        void end() throws IOException {
            flush();
            long sum = checksum.getValue();
            buffer.putLong(sum);
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    private static final class In {

        private final FileChannel channel;
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        private final CRC32C checksum = new CRC32C();
        private long left;

        In(FileChannel channel) throws IOException {
            this.channel = channel;
            this.left = channel.size();
        }

        long number() throws IOException {
            need(Long.BYTES);
            long number = buffer.getLong();
            checked(Long.BYTES);
            return number;
        }

        int number(int least, int most) throws IOException {
            long number = number();
            if (number < least || number > most) {
                throw new IOException("a number is out of its bounds: " + number);
            }
            return (int) number;
        }

        byte[] bytes(int count) throws IOException {
            byte[] bytes = new byte[count <= left ? count : cutOff()];
            for (int at = 0; at < count; ) {
                need(1);
                int some = Math.min(count - at, buffer.remaining());
                buffer.get(bytes, at, some);
                checked(some);
                at += some;
            }
            return bytes;
        }

        long[] numbers(int count) throws IOException {
            long[] numbers = new long[count <= left / Long.BYTES ? count : cutOff()];
            for (int at = 0; at < count; ) {
                need(Long.BYTES);
                int some = Math.min(count - at, buffer.remaining() / Long.BYTES);
                buffer.asLongBuffer().get(numbers, at, some);
                buffer.position(buffer.position() + some * Long.BYTES);
                checked(some * Long.BYTES);
                at += some;
            }
            return numbers;
        }

        /// The bytes just read belong to the sum.
        private void checked(int bytes) {
            left -= bytes;
            checksum.update(buffer.duplicate().limit(buffer.position()).position(buffer.position() - bytes));
        }

        /// A number that is wrong must not cost the memory it asks for.
        private static int cutOff() throws EOFException {
            throw new EOFException("the file is cut off");
        }

        private void need(int bytes) throws IOException {
            if (buffer.remaining() >= bytes) {
                return;
            }
            buffer.compact();
            while (buffer.position() < bytes) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("the file is cut off");
                }
            }
            buffer.flip();
        }

        void end() throws IOException {
            long sum = checksum.getValue();
            need(Long.BYTES);
            if (buffer.getLong() != sum) {
                throw new IOException("the checksum is wrong");
            }
        }
    }
}
