package io.tocsin.secret;

import io.quarkus.logging.Log;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.RetryLaterException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The ring of master keys as it lies in its folder now. A ring that cannot be read any more is kept as it was.
@ApplicationScoped
class MasterKeys {

    private static final long FRESH = Duration.ofSeconds(10).toNanos();
    private static final String UNSET = "tocsin.secrets.master-keys is not set: name the folder of the master keys";
    private static final long RETRY_SECONDS = 10;

    private final Optional<Path> folder;
    private final LongSupplier clock;
    private MasterKeyRing ring;
    private String fault;
    private long readAt;
    private String said = "";

    @Inject
    MasterKeys(SecretConfig config) {
        this(config.masterKeys(), System::nanoTime);
    }

    MasterKeys(Optional<Path> folder, LongSupplier clock) {
        this.folder = folder;
        this.clock = clock;
        this.readAt = clock.getAsLong() - FRESH;
    }

    /// What is there.
    ///
    /// @throws RetryLaterException when nothing is
    synchronized MasterKeyRing ring() {
        refresh();
        if (ring == null) {
            throw unavailable(fault);
        }
        return ring;
    }

    /// Why the folder cannot be used as it is.
    synchronized Optional<String> fault() {
        refresh();
        return Optional.ofNullable(fault);
    }

    private void refresh() {
        if (clock.getAsLong() - readAt < FRESH) {
            return;
        }
        readAt = clock.getAsLong();
        try {
            ring = folder.map(MasterKeyRing::read).orElse(null);
            fault = ring == null ? UNSET : null;
        } catch (IllegalArgumentException unreadable) {
            fault = unreadable.getMessage();
        }
    }

    /// The refusal of a request that needs a key which is not there; the reason is for the operator alone.
    synchronized RetryLaterException unavailable(String reason) {
        say(reason);
        return new RetryLaterException(
                CommonProblem.SERVICE_UNAVAILABLE, CommonProblem.SERVICE_UNAVAILABLE.title(), RETRY_SECONDS);
    }

    /// Says a reason once, however many meet it.
    synchronized void say(String reason) {
        if (!reason.equals(said)) {
            said = reason;
            Log.errorf("A key is missing, what needs it is answered 503: reason=%s", reason);
        }
    }
}
