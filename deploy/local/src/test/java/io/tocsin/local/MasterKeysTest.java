package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeysTest {

    @TempDir
    Path folder;

    @Test
    void shouldMakeAKeyThatNobodyElseCanRead() throws IOException {
        var keys = new MasterKeys(RunDirectory.prepared(folder));

        keys.prepare();

        var first = keys.folder().resolve("first");
        assertThat(Base64.getDecoder().decode(Files.readString(first).strip())).hasSize(32);
        assertThat(keys.folder().resolve("current")).hasContent("first");
        assertThat(mode(keys.folder())).isEqualTo("rwx------");
        assertThat(mode(first)).isEqualTo("rw-------");
        assertThat(mode(keys.folder().resolve("current"))).isEqualTo("rw-------");
    }

    @Test
    void shouldKeepWhatIsThereAtTheNextStart() throws IOException {
        // Given
        var keys = new MasterKeys(RunDirectory.prepared(folder));
        keys.prepare();
        var first = Files.readString(keys.folder().resolve("first"));
        Files.writeString(keys.folder().resolve("current"), "second");

        // When
        new MasterKeys(RunDirectory.prepared(folder)).prepare();

        // Then
        assertThat(keys.folder().resolve("first")).hasContent(first.strip());
        assertThat(keys.folder().resolve("current")).hasContent("second");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
