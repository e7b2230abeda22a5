package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The recorded attacks (not part of this repository) against the built-in rules: each must be seen, and nothing of
/// what
/// the machines did besides.
class RecordedAttacksTest {

    private static final Path RECORDINGS = Path.of("../../shared/data/telemetry");

    @Test
    void shouldSeeTheRemotePowerShellSessionAndNothingElse() {
        var fired = fired("covenant_psremoting_command.zip", Set.of("grunthttp.exe", "wsmprovhost.exe"));

        assertThat(fired.keySet())
                .contains(
                        "Remote PowerShell session opened on the machine",
                        "PowerShell engine hosted by an unusual program",
                        "Unusual program speaks to the remote management port of another machine",
                        "Memory of LSASS opened for reading");
    }

    /// PowerShell's own log names its process by number only: 2316 is the one the launcher started.
    @Test
    void shouldSeeTheLauncherAndItsAgentAndNothingElse() {
        var fired =
                fired("empire_launcher_vbs.zip", Set.of("wscript.exe", "powershell.exe", "whoami.exe", "process 2316"));

        assertThat(fired.keySet())
                .contains(
                        "Script run from a folder anybody can write to",
                        "Script host started a shell",
                        "PowerShell given an encoded command",
                        "PowerShell script disables its own inspection",
                        "Identity looked up from a script or remote session");
    }

    /// Title to the programs that acted; prints them, for the report of `make detections`.
    private static TreeMap<String, Set<String>> fired(String recording, Set<String> attack) {
        Path file = RECORDINGS.resolve(recording);
        Assumptions.assumeTrue(Files.exists(file), "the recorded attacks are not on this machine");
        var rules = new BuiltInRules().all().values();
        var fired = new TreeMap<String, Set<String>>();
        var noise = new TreeSet<String>();
        long events = 0;
        for (String line : lines(file)) {
            for (DetectionEvent event : Rows.of(line)) {
                events++;
                if (event.kind() == null) {
                    continue;
                }
                for (int kind : event.kinds()) {
                    rules.stream()
                            .filter(rule -> rule.rule().kind() == kind
                                    && rule.rule().test().of(event))
                            .forEach(rule -> {
                                String program = event.image() == null
                                        ? "process " + event.row().number("initiating_process_id")
                                        : event.image().substring(event.image().lastIndexOf('\\') + 1);
                                fired.computeIfAbsent(rule.rule().title(), title -> new HashSet<>())
                                        .add(program);
                                boolean own = attack.contains(program.toLowerCase(java.util.Locale.ROOT));
                                if (!own) {
                                    noise.add(rule.rule().title() + " by " + program);
                                }
                            });
                }
            }
        }
        System.out.printf(
                "detections %s: %d events, %d rules fired, %d false%n", recording, events, fired.size(), noise.size());
        fired.forEach(
                (title, programs) -> System.out.printf("detections   %s (%s)%n", title, String.join(", ", programs)));
        noise.forEach(what -> System.out.printf("detections   FALSE %s%n", what));
        assertThat(noise).isEmpty();
        return fired;
    }

    private static Iterable<String> lines(Path file) {
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            zip.getNextEntry();
            return new String(zip.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
