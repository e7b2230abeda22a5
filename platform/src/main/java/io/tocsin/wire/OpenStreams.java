package io.tocsin.wire;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Request bodies that may be open for hours, and answers that may be. Once the service is told to stop they have some
/// time to end by themselves; then they are read and written no further, so that whoever is at their other end is told
/// how far they came and goes on elsewhere, instead of being cut off.
@ApplicationScoped
public class OpenStreams {

    /// Thrown by the reading of a stream that the service no longer takes.
    public static final class ServiceStops extends IOException {

        private static final long serialVersionUID = 1;

        ServiceStops() {
            super("the service is being stopped");
        }

        /// What its sender is answered, when everything up to a line is answered.
        public RetryLaterException answeredUpTo(long line) {
            return new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE,
                    "The service is being replaced; everything is answered up to line " + line
                            + ", send what follows again",
                    1);
        }

        /// What its sender is answered, when everything up to a line is stored.
        public RetryLaterException storedUpTo(long line) {
            return new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE,
                    "The service is being replaced; everything is stored up to line " + line
                            + ", send what follows again",
                    1);
        }
    }

    /// An answer that is written part by part; between two of them its writer asks whether there may be another.
    public final class Answer {

        private final long begun = System.nanoTime();

        private Answer() {}

        /// Not when the service is to stop and the time to end by oneself is over.
        public boolean goesOn() {
            long now = System.nanoTime();
            return !stopping || now - Math.max(begun, announced) < patience.toNanos();
        }

        /// What its reader is told when it does not go on.
        ///
        /// @param after the id of the last that was told
        public RetryLaterException toldUpTo(long after) {
            return new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE,
                    "The service is being replaced; ask for what follows with after=" + after,
                    1);
        }
    }

    private final Duration patience;
    private final Set<Body> open = ConcurrentHashMap.newKeySet();
    private volatile long announced;
    private volatile boolean stopping;

    /// @param patience `tocsin.streams.patience`: how long a stream may go on once the service is told to stop; less
    ///     than the delay and the timeout of the shutdown together
    @Inject
    OpenStreams(@ConfigProperty(name = "tocsin.streams.patience", defaultValue = "5s") Duration patience) {
        this.patience = patience;
    }

    /// The body, which ends with [ServiceStops] when the service no longer takes it. Closing it ends that, and leaves
    /// the body as it is: to close one that goes on would be to wait for its sender.
    public InputStream take(InputStream body) {
        var taken = new Body(body);
        open.add(taken);
        if (stopping) {
            endLater(taken);
        }
        return taken;
    }

    public Answer answer() {
        return new Answer();
    }

    void onStopAnnounced(@Observes ShutdownDelayInitiatedEvent stop) {
        announced = System.nanoTime();
        stopping = true;
        open.forEach(this::endLater);
    }

    private void endLater(Body body) {
        Thread.ofVirtual().name("stream-end").start(() -> {
            try {
                Thread.sleep(patience);
                body.end();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Read by one thread at a time, which is woken when it waits for the sender and the time is up.
    private final class Body extends FilterInputStream {

        private Thread reader;
        private boolean ended;

        private Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            begin();
            try {
                return in.read(target, offset, length);
            } catch (IOException broken) {
                if (isEnded()) {
                    throw new ServiceStops();
                }
                throw broken;
            } finally {
                readNoMore();
            }
        }

        private synchronized void begin() throws ServiceStops {
            if (ended) {
                throw new ServiceStops();
            }
            reader = Thread.currentThread();
        }

        /// The interruption was for the reading: it must not reach what is stored next.
        private synchronized void readNoMore() {
            reader = null;
            if (ended) {
                Thread.interrupted();
            }
        }

        private synchronized boolean isEnded() {
            return ended;
        }

        private synchronized void end() {
            ended = true;
            if (reader != null) {
                reader.interrupt();
            }
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }
}
