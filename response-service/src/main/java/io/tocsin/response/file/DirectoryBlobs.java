package io.tocsin.response.file;

import io.tocsin.wire.RetryLaterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/// Contents as files of a directory that all replicas share, one folder a tenant.
final class DirectoryBlobs implements BlobStore {

    private static final int PIECE = 1024 * 1024;

    private final Path directory;

    DirectoryBlobs(Path directory) {
        this.directory = directory;
    }

    @Override
    public void write(UUID tenant, UUID blob, long at, byte[] content) {
        try {
            Files.createDirectories(directory.resolve(tenant.toString()));
            try (FileChannel file =
                    FileChannel.open(path(tenant, blob), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                long place = at;
                while (bytes.hasRemaining()) {
                    place += file.write(bytes, place);
                }
                file.force(false); // the row that says it is there is committed next
            }
        } catch (IOException failed) {
            throw unreachable("write", failed);
        }
    }

    @Override
    public byte[] read(UUID tenant, UUID blob, long at) {
        try (FileChannel file = FileChannel.open(path(tenant, blob), StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(PIECE);
            while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {
                // until it is full or the file ends
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        } catch (NoSuchFileException gone) {
            requireDirectory("read");
            return new byte[0];
        } catch (IOException failed) {
            throw unreachable("read", failed);
        }
    }

    @Override
    public void remove(UUID tenant, UUID blob) {
        try {
            if (!Files.deleteIfExists(path(tenant, blob))) {
                requireDirectory("remove");
            }
        } catch (IOException failed) {
            throw unreachable("remove", failed);
        }
    }

    /// A file that is not there is gone only where the volume is.
    private void requireDirectory(String operation) {
        if (!Files.isDirectory(directory)) {
            throw StoreFault.of(operation, "the directory is not there");
        }
    }

    @Override
    public void check() {
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw new IllegalStateException("tocsin.files.directory is no directory that can be written to");
        }
    }

    /// Its own message is the file's path and, when there is one, the system's reason, which alone is told.
    private static RetryLaterException unreachable(String operation, IOException failed) {
        String reason = failed instanceof FileSystemException of && of.getReason() != null
                ? of.getReason()
                : failed.getClass().getSimpleName();
        return StoreFault.of(operation, reason);
    }

    private Path path(UUID tenant, UUID blob) {
        return directory.resolve(tenant.toString()).resolve(blob.toString());
    }
}
