package io.tocsin.response.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.wire.RetryLaterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryBlobsTest {

    private static final UUID TENANT = UUID.randomUUID();
    private static final UUID BLOB = UUID.randomUUID();

    @TempDir
    Path folder;

    @Test
    void shouldGiveBackWhatItWasGivenPieceByPiece() {
        // Given
        var blobs = new DirectoryBlobs(folder);

        // When
        blobs.write(TENANT, BLOB, 0, new byte[] {1, 2});
        blobs.write(TENANT, BLOB, 2, new byte[] {3});

        // Then
        assertThat(blobs.read(TENANT, BLOB, 0)).containsExactly(1, 2, 3);
        assertThat(blobs.read(TENANT, BLOB, 2)).containsExactly(3);
        blobs.remove(TENANT, BLOB);
        assertThat(blobs.read(TENANT, BLOB, 0)).isEmpty();
    }

    @Test
    void shouldNotTakeAVolumeThatIsNotThereForOneWithoutFiles() {
        var blobs = new DirectoryBlobs(folder.resolve("not-mounted"));

        assertThatThrownBy(() -> blobs.read(TENANT, BLOB, 0)).isInstanceOf(RetryLaterException.class);
        assertThatThrownBy(() -> blobs.remove(TENANT, BLOB)).isInstanceOf(RetryLaterException.class);
    }

    /// A file where the volume should be stands for one that went away under the service.
    @Test
    void shouldSayComeAgainWhenItsVolumeIsGone() throws IOException {
        var blobs = new DirectoryBlobs(Files.createFile(folder.resolve("no-directory")));

        assertThatThrownBy(() -> blobs.write(TENANT, BLOB, 0, new byte[] {1})).isInstanceOf(RetryLaterException.class);
        assertThatThrownBy(() -> blobs.read(TENANT, BLOB, 0)).isInstanceOf(RetryLaterException.class);
        assertThatThrownBy(() -> blobs.remove(TENANT, BLOB)).isInstanceOf(RetryLaterException.class);
    }
}
