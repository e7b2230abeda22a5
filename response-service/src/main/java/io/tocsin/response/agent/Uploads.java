package io.tocsin.response.agent;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What agents send, as long as it is in memory: one upload of an agent at a time, and so many bytes of all of them
/// together, however slowly they come.
final class Uploads {

    private final Set<UUID> sending = ConcurrentHashMap.newKeySet();
    private final AtomicLong left;

    /// @param bytes of all uploads together
    Uploads(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /// There is no room for more, or the agent sends something already.
    static final class NoRoomException extends RuntimeException {
        private NoRoomException() {
            super("no room for another upload", null, false, false);
        }
    }

    /// @throws NoRoomException when the agent sends something already
    Upload begin(UUID agent) {
        if (!sending.add(agent)) {
            throw new NoRoomException();
        }
        return new Upload(agent);
    }

    /// Its room is given back when it is closed.
    final class Upload implements AutoCloseable {

        private final UUID agent;
        private long held;

        private Upload(UUID agent) {
            this.agent = agent;
        }

        /// @throws NoRoomException when there is no room for the rest
        byte[] read(InputStream body) throws IOException {
            return new FilterInputStream(body) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int read = in.read(buffer, offset, length);
                    if (read > 0) {
                        held += read;
                        if (left.addAndGet(-read) < 0) {
                            throw new NoRoomException();
                        }
                    }
                    return read;
                }
            }.readAllBytes();
        }

        @Override
        public void close() {
            left.addAndGet(held);
            sending.remove(agent);
        }
    }
}
