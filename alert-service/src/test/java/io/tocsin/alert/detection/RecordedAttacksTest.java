package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        var fired = fired(
                "covenant_psremoting_command.zip",
                recorded("covenant_psremoting_command.zip"),
                Set.of(
                        "workstation5.theshire.local 7240:1596685610", // GruntHTTP.exe
                        "workstation6.theshire.local 1280:1596729382")); // wsmprovhost.exe

        assertThat(fired.keySet())
                .contains(
                        "Remote PowerShell session opened on the machine",
                        "PowerShell engine hosted by an unusual program",
                        "Unusual program speaks to the remote management port of another machine",
                        "Memory of LSASS opened for reading");
    }

    @Test
    void shouldSeeTheLauncherAndItsAgentAndNothingElse() {
        var fired = fired(
                "empire_launcher_vbs.zip",
                recorded("empire_launcher_vbs.zip"),
                Set.of(
                        "workstation5.theshire.local 2440:1599250195", // wscript.exe
                        "workstation5.theshire.local 2316:1599250195", // powershell.exe
                        "workstation5.theshire.local 9152:1599250222")); // whoami.exe

        assertThat(fired.keySet())
                .contains(
                        "Script run from a folder anybody can write to",
                        "Script host started a shell",
                        "PowerShell given an encoded command",
                        "PowerShell script disables its own inspection",
                        "Identity looked up from a script or remote session");
    }

    /// Two machines, a document, its shell and tool, a session on the other machine, and what both do all day: also
    /// PowerShell, the engine's host and a reader of LSASS that are no part of it. It is part of this repository.
    @Test
    void shouldSeeTheMadeUpAttackAndNothingElse() throws IOException {
        var fired = fired(
                "made-up-attack.json",
                lines(RecordedAttacksTest.class.getResourceAsStream("made-up-attack.json")),
                Set.of(
                        "ws1.corp.example 1100:1770109822", // powershell.exe
                        "ws1.corp.example 1200:1770109825", // whoami.exe
                        "ws1.corp.example 1300:1770109827", // sync.exe
                        "ws2.corp.example 2000:1770109830")); // wsmprovhost.exe

        assertThat(fired.keySet())
                .containsExactly(
                        "Identity looked up from a script or remote session",
                        "Memory of LSASS opened for reading",
                        "Office program started a shell or script host",
                        "PowerShell engine hosted by an unusual program",
                        "PowerShell given an encoded command",
                        "Program run from a folder that holds none",
                        "Remote PowerShell session opened on the machine",
                        "Unusual program speaks to the remote management port of another machine");
    }

    /// Title to the processes that acted, by machine, number and second of creation; prints them, for the report of
    /// `make detections`. A process of the same name is not one of the attack.
    private static TreeMap<String, Set<String>> fired(String recording, List<String> lines, Set<String> attack) {
        var rules = new BuiltInRules().all().values();
        var fired = new TreeMap<String, Set<String>>();
        var noise = new TreeSet<String>();
        long events = 0;
        for (String line : lines) {
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
                                String process = process(event, attack);
                                fired.computeIfAbsent(rule.rule().title(), title -> new TreeSet<>())
                                        .add(name(event) + " " + process);
                                boolean own = attack.contains(process);
                                if (!own) {
                                    noise.add(rule.rule().title() + " by " + name(event) + " " + process);
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

    private static String name(DetectionEvent event) {
        return event.image() == null
                ? "?"
                : event.image().substring(event.image().lastIndexOf('\\') + 1);
    }

    /// PowerShell's own log tells the number alone.
    private static String process(DetectionEvent event, Set<String> attack) {
        String host = event.row().get("device_name") + " ";
        if (event.processRef() != null) {
            return host + event.processRef().key();
        }
        String number = host + event.row().number("initiating_process_id") + ":";
        return attack.stream()
                .filter(process -> process.startsWith(number))
                .findFirst()
                .orElse(number);
    }

    private static List<String> recorded(String recording) {
        Path file = RECORDINGS.resolve(recording);
        Assumptions.assumeTrue(Files.exists(file), "the recorded attacks are not on this machine");
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            zip.getNextEntry();
            return lines(zip);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static List<String> lines(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
}
