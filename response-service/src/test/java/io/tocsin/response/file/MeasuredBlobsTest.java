package io.tocsin.response.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MeasuredBlobsTest {

    private static final UUID TENANT = UUID.randomUUID();
    private static final UUID BLOB = UUID.randomUUID();

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final Memory memory = new Memory();
    private final BlobStore store = new MeasuredBlobs(memory, "s3", registry);

    @Test
    void shouldShowEveryKindOfCallBeforeThereWasOne() {
        assertThat(registry.find("tocsin.files.calls").tag("store", "s3").timers())
                .extracting(timer ->
                        timer.getId().getTag("operation") + " " + timer.getId().getTag("outcome") + " " + timer.count())
                .containsExactlyInAnyOrder(
                        "write success 0",
                        "write failure 0",
                        "read success 0",
                        "read failure 0",
                        "remove success 0",
                        "remove failure 0");
    }

    @Test
    void shouldDoWhatItIsAskedAndCountIt() {
        // When
        store.write(TENANT, BLOB, 0, new byte[] {1, 2});
        byte[] read = store.read(TENANT, BLOB, 0);
        store.remove(TENANT, BLOB);

        // Then
        assertThat(read).containsExactly(1, 2);
        assertThat(memory.contents).isEmpty();
        assertThat(calls("write", "success")).isEqualTo(1);
        assertThat(calls("read", "success")).isEqualTo(1);
        assertThat(calls("remove", "success")).isEqualTo(1);
        assertThat(calls("write", "failure") + calls("read", "failure") + calls("remove", "failure"))
                .isZero();
    }

    @Test
    void shouldCountFailuresAndPassThemOn() {
        // Given
        memory.fault = new IllegalStateException("out of reach");

        // Then
        assertThatThrownBy(() -> store.write(TENANT, BLOB, 0, new byte[] {1})).isSameAs(memory.fault);
        assertThatThrownBy(() -> store.read(TENANT, BLOB, 0)).isSameAs(memory.fault);
        assertThatThrownBy(() -> store.remove(TENANT, BLOB)).isSameAs(memory.fault);
        assertThat(calls("write", "failure")).isEqualTo(1);
        assertThat(calls("read", "failure")).isEqualTo(1);
        assertThat(calls("remove", "failure")).isEqualTo(1);
        assertThat(calls("write", "success") + calls("read", "success") + calls("remove", "success"))
                .isZero();
    }

    private long calls(String operation, String outcome) {
        Timer timer = registry.get("tocsin.files.calls")
                .tags("operation", operation, "outcome", outcome)
                .timer();
        return timer.count();
    }

    /// A store that holds what it is given, until something is wrong with it.
    private static final class Memory implements BlobStore {

        private final Map<UUID, byte[]> contents = new HashMap<>();
        private RuntimeException fault;

        private void reach() {
            if (fault != null) {
                throw fault;
            }
        }

        @Override
        public void write(UUID tenant, UUID blob, long at, byte[] content) {
            reach();
            contents.put(blob, content);
        }

        @Override
        public byte[] read(UUID tenant, UUID blob, long at) {
            reach();
            return contents.getOrDefault(blob, new byte[0]);
        }

        @Override
        public void remove(UUID tenant, UUID blob) {
            reach();
            contents.remove(blob);
        }

        @Override
        public void check() {
            reach();
        }
    }
}
