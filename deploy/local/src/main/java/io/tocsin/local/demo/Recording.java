package io.tocsin.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;

/// The telemetry that is played: one event a line, as it is sent.
record Recording(String name, List<String> lines, List<SysmonEvent> events) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SAMPLE = "/sample/telemetry.ndjson";
    private static final List<String> GUIDS = List.of("ProcessGuid", "ParentProcessGuid", "LogonGuid");
    private static final Pattern GUID = Pattern.compile("\\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-(.*)}");
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    Recording {
        lines = List.copyOf(lines);
        events = List.copyOf(events);
    }

    /// The project's own story, moved so that it ended at `end`.
    static Recording sample(Instant end) throws IOException {
        try (var stream = Recording.class.getResourceAsStream(SAMPLE)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + SAMPLE);
            }
            return parse("the project's own sample", textOf(stream)).movedTo(end);
        }
    }

    /// A recorded file as it is: NDJSON or a JSON array, plain, in gzip, or as the first entry of a zip.
    static Recording read(Path file) throws IOException {
        var name = file.getFileName().toString();
        try (var stream = new BufferedInputStream(Files.newInputStream(file))) {
            if (name.endsWith(".zip")) {
                var zip = new ZipInputStream(stream);
                var entry = zip.getNextEntry();
                if (entry == null) {
                    throw new DemoFailure(file + " is a zip without a file in it");
                }
                return parse(entry.getName(), textOf(zip));
            }
            return parse(name, textOf(name.endsWith(".gz") ? new GZIPInputStream(stream) : stream));
        }
    }

    static Recording parse(String name, String text) throws IOException {
        var lines = new ArrayList<String>();
        if (text.stripLeading().startsWith("[")) {
            for (var event : JSON.readTree(text)) {
                lines.add(JSON.writeValueAsString(event));
            }
        } else {
            text.lines().filter(line -> !line.isBlank()).forEach(lines::add);
        }
        var events = new ArrayList<SysmonEvent>();
        for (var line : lines) {
            var json = tolerantly(line);
            if (SysmonEvent.isSysmon(json)) {
                events.add(new SysmonEvent(json));
            }
        }
        return new Recording(name, lines, events);
    }

    /// A line that is no JSON is the platform's to report, not ours.
    private static JsonNode tolerantly(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    List<String> hosts() {
        return events.stream().map(SysmonEvent::host).distinct().sorted().toList();
    }

    /// By whole seconds, since a process GUID of Sysmon carries the second its process began.
    private Recording movedTo(Instant end) throws IOException {
        var last = events.stream().map(SysmonEvent::time).max(Comparator.naturalOrder());
        var by = last.map(time -> Duration.ofSeconds(end.getEpochSecond() - time.toEpochSecond(ZoneOffset.UTC)))
                .orElse(Duration.ZERO);
        var moved = new StringBuilder();
        for (var line : lines) {
            moved.append(JSON.writeValueAsString(moved((ObjectNode) JSON.readTree(line), by)))
                    .append('\n');
        }
        return parse(name, moved.toString());
    }

    static ObjectNode moved(ObjectNode event, Duration by) {
        for (var field : event.properties().stream().toList()) {
            var value = field.getValue().asText();
            if (GUIDS.contains(field.getKey())) {
                event.put(field.getKey(), movedGuid(value, by));
            } else if (field.getKey().contains("Time")) {
                try {
                    var format = value.contains(".") ? MILLIS : SECONDS;
                    event.put(
                            field.getKey(),
                            LocalDateTime.parse(value, format).plus(by).format(format));
                } catch (DateTimeParseException e) {
                    // Not a time after all.
                }
            }
        }
        return event;
    }

    private static String movedGuid(String guid, Duration by) {
        var parts = GUID.matcher(guid);
        if (!parts.matches()) {
            return guid;
        }
        var second = Long.parseLong(parts.group(3) + parts.group(2), 16) + by.toSeconds();
        return "{%s-%04x-%04x-%s}".formatted(parts.group(1), second & 0xffff, second >>> 16, parts.group(4));
    }

    private static String textOf(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
