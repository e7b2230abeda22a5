package io.tocsin.response.file;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.UUID;
import java.util.function.Supplier;

/// Times what a store is asked for, by what it was and how it ended. Its health is looked at apart.
final class MeasuredBlobs implements BlobStore {

    private final BlobStore store;
    private final Calls writes;
    private final Calls reads;
    private final Calls removals;

    /// @param kind of the store, as the tag says it
    MeasuredBlobs(BlobStore store, String kind, MeterRegistry registry) {
        this.store = store;
        this.writes = Calls.of(kind, "write", registry);
        this.reads = Calls.of(kind, "read", registry);
        this.removals = Calls.of(kind, "remove", registry);
    }

    @Override
    public void write(UUID tenant, UUID blob, long at, byte[] content) {
        writes.time(() -> {
            store.write(tenant, blob, at, content);
            return content;
        });
    }

    @Override
    public byte[] read(UUID tenant, UUID blob, long at) {
        return reads.time(() -> store.read(tenant, blob, at));
    }

    @Override
    public void remove(UUID tenant, UUID blob) {
        removals.time(() -> {
            store.remove(tenant, blob);
            return blob;
        });
    }

    @Override
    public void check() {
        store.check();
    }

    /// Both there before the first call: a rule sees no rate of what was never there.
    private record Calls(MeterRegistry registry, Timer done, Timer failed) {

        static Calls of(String kind, String operation, MeterRegistry registry) {
            return new Calls(
                    registry, timer(kind, operation, "success", registry), timer(kind, operation, "failure", registry));
        }

        private static Timer timer(String kind, String operation, String outcome, MeterRegistry registry) {
            return Timer.builder("tocsin.files.calls")
                    .description("Calls to the store of files, by what was asked and how they ended")
                    .tags("store", kind, "operation", operation, "outcome", outcome)
                    .register(registry);
        }

        <T> T time(Supplier<T> call) {
            Timer.Sample began = Timer.start(registry);
            Timer ended = failed;
            try {
                T answer = call.get();
                ended = done;
                return answer;
            } finally {
                began.stop(ended);
            }
        }
    }
}
