package io.tocsin.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyRingTest {

    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);
    private static final long ELEVEN_SECONDS = 11_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void shouldReadKeysAsKubernetesMountsThem() throws IOException {
        // Given: a Secret's files are links into a folder whose name begins with a dot
        Path mounted = Files.createDirectory(folder.resolve("..2026_11_21"));
        Files.writeString(mounted.resolve("k1"), KEY + "\n");
        Files.writeString(mounted.resolve("current"), "k1");
        Files.createSymbolicLink(folder.resolve("..data"), mounted);
        for (String name : new String[] {"k1", "current"}) {
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }

        // When
        MasterKeyRing ring = MasterKeyRing.read(folder);

        // Then
        assertThat(ring.ids()).containsExactly("k1");
        assertThat(ring.current()).isEqualTo("k1");
        assertThat(ring.key("k1")).hasSize(32);
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoKey() {
        assertThatThrownBy(() -> MasterKeyRing.read(folder)).hasMessageContaining("openssl rand -base64 32");
        assertThatThrownBy(() -> MasterKeyRing.read(folder.resolve("nowhere")))
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("nowhere");
    }

    @Test
    void shouldSayWhichFileIsNoKeyWithoutItsText() throws IOException {
        write("current", "k1");
        write("k1", "c2VjcmV0");

        assertThatThrownBy(() -> MasterKeyRing.read(folder))
                .hasMessageContaining("k1 does not hold 32 bytes")
                .hasMessageNotContaining("c2VjcmV0");

        write("k1", "secret, and no base64");
        assertThatThrownBy(() -> MasterKeyRing.read(folder))
                .hasMessageContaining("k1 does not hold 32 bytes")
                .hasMessageNotContaining("secret,")
                .hasNoCause();
    }

    @Test
    void shouldSayWhenTheCurrentKeyIsNotThere() throws IOException {
        write("k1", KEY);
        assertThatThrownBy(() -> MasterKeyRing.read(folder)).hasMessageContaining("[k1], but is not there");

        write("current", "k2");
        assertThatThrownBy(() -> MasterKeyRing.read(folder)).hasMessageContaining("[k1], but it names another");
    }

    @Test
    void shouldRefuseANameThatIsNoKeys() throws IOException {
        write("current", "k1");
        write("k1", KEY);
        write("k 2", KEY);

        assertThatThrownBy(() -> MasterKeyRing.read(folder)).hasMessageContaining("letters, digits");
    }

    @Test
    void shouldKeepTheRingItHasWhenTheFolderCannotBeReadAnyMoreAndTakeItWhenItCan() throws IOException {
        // Given
        write("k1", KEY);
        write("current", "k1");
        var now = new AtomicLong();
        var masters = new MasterKeys(Optional.of(folder), now::get);
        assertThat(masters.ring().current()).isEqualTo("k1");

        // When, then
        write("current", "k2");
        assertThat(masters.fault()).isEmpty();
        now.addAndGet(ELEVEN_SECONDS);
        assertThat(masters.fault())
                .hasValueSatisfying(fault -> assertThat(fault).contains("[k1]"));
        assertThat(masters.ring().current()).isEqualTo("k1");

        write("k2", KEY);
        now.addAndGet(ELEVEN_SECONDS);
        assertThat(masters.fault()).isEmpty();
        assertThat(masters.ring().current()).isEqualTo("k2");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
