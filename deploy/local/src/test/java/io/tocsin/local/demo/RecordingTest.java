package io.tocsin.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {

    private static final String SYSMON = """
            {"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Hostname":"a.corp.example","UtcTime":"2026-05-12 08:41:03.117"}
            """;
    private static final String SECURITY = """
            {"Channel":"Security","EventID":4624,"Hostname":"b.corp.example"}
            """;

    @TempDir
    Path folder;

    @Test
    void shouldReadPlainZippedAndCompressedFilesAlike() throws IOException {
        // Given
        var plain = Files.writeString(folder.resolve("events.ndjson"), SYSMON + SECURITY);
        var gzip = folder.resolve("events.json.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            write(out, SYSMON + SECURITY);
        }
        var zip = folder.resolve("events.zip");
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry("events.json"));
            write(out, SYSMON + SECURITY);
        }

        // When
        var recording = Recording.read(plain);

        // Then
        assertThat(recording.lines()).hasSize(2);
        assertThat(Recording.read(gzip).lines()).isEqualTo(recording.lines());
        assertThat(Recording.read(zip).lines()).isEqualTo(recording.lines());
    }

    @Test
    void shouldReadAnArrayAsOneEventALine() throws IOException {
        assertThat(Recording.parse("array", "[" + SYSMON + "," + SECURITY + "]").lines())
                .hasSize(2);
    }

    @Test
    void shouldSendEverythingButLookOnlyAtSysmon() throws IOException {
        // When
        var recording = Recording.parse("mixed", SYSMON + SECURITY + "{broken\n\n");

        // Then
        assertThat(recording.lines()).hasSize(3);
        assertThat(recording.hosts()).containsExactly("a.corp.example");
    }

    @Test
    void shouldMoveTheSampleToTheGivenEnd() throws IOException {
        // Given
        var end = Instant.parse("2026-11-20T10:00:00Z");

        // When
        var sample = Recording.sample(end);

        // Then
        assertThat(sample.lines()).hasSize(41);
        assertThat(sample.events()).hasSize(41);
        assertThat(sample.hosts()).allMatch(host -> host.endsWith(".corp.example"));
        assertThat(sample.events().stream().map(SysmonEvent::time).max(LocalDateTime::compareTo))
                .hasValueSatisfying(last -> assertThat(last)
                        .isBetween(LocalDateTime.of(2026, 11, 20, 10, 0), LocalDateTime.of(2026, 11, 20, 10, 0, 1)));
    }

    @Test
    void shouldMoveTheGuidOfAProcessWithItsTime() throws IOException {
        // When
        var created = Recording.sample(Instant.parse("2026-11-20T10:00:00Z")).events().stream()
                .filter(event -> event.id() == SysmonEvent.PROCESS_CREATED)
                .toList();

        // Then
        assertThat(created)
                .isNotEmpty()
                .allSatisfy(event -> assertThat(secondIn(event.text("ProcessGuid")))
                        .isEqualTo(event.time().toEpochSecond(ZoneOffset.UTC)));
    }

    private static long secondIn(String guid) {
        var parts = guid.substring(1).split("-");
        return Long.parseLong(parts[2] + parts[1], 16);
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
