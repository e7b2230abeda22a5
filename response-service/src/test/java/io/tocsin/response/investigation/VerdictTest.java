package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.response.devicegroup.AutomationLevel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Verdicts, folders and automation levels (contract 40 §5, docs/adr/040).
class VerdictTest {

    private static final String TEMP = "C:\\Users\\ann\\AppData\\Local\\Temp\\t.exe";

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # indicator, threat, stopped, high, medium, machines, fleet, signer, verdict
            Allowed,     Emotet, true,    9, 9, 1, 100, -,    NoThreatsFound
            Block,       -,      false,   0, 0, 90, 100, ACME, Malicious
            BlockAndRemediate, -, false,  0, 0, 90, 100, ACME, Malicious
            Audit,       -,      false,   0, 0, 90, 100, -,   NoThreatsFound
            -,           Emotet, false,   0, 0, 1,  1,   -,   Malicious
            -,           -,      true,    0, 0, 1,  1,   -,   Malicious
            -,           Emotet, true,    3, 0, 90, 100, -,   Suspicious
            -,           Emotet, true,    3, 0, 1,  1,   ACME, Suspicious
            -,           Emotet, true,    3, 0, 1,  100, ACME, Suspicious
            -,           -,      false,   1, 0, 1,  1,   -,   Suspicious
            -,           -,      false,   2, 0, 1,  1,   -,   Malicious
            -,           -,      false,   1, 1, 1,  1,   -,   Malicious
            -,           -,      false,   0, 1, 1,  1,   -,   Suspicious
            -,           -,      false,   1, 0, 1,  100, -,   Malicious
            -,           -,      false,   1, 0, 1,  100, ACME, Suspicious
            -,           -,      false,   1, 0, 50, 100, ACME, NoThreatsFound
            -,           -,      false,   0, 0, 1,  100, -,   NoThreatsFound
            """)
    void shouldWeighWhatIsKnown(
            String indicator,
            String threat,
            boolean stopped,
            int high,
            int medium,
            long machines,
            long fleet,
            String signer,
            Verdict.Kind kind) {
        Verdict verdict = Verdict.of(new Verdict.Facts(
                indicator, threat, stopped, high, medium, machines, fleet, signer, false, Ancestry.UNKNOWN));

        assertThat(verdict.kind()).as(verdict.reasons().toString()).isEqualTo(kind);
        assertThat(verdict.reasons()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            C:\\Windows\\System32\\x.exe                   | CORE
            c:/program files/acme/x.exe                    | CORE
            C:\\Program Files (x86)\\acme\\x.exe           | CORE
            \\Windows\\x.exe                               | CORE
            C:\\Windows\\Temp\\x.exe                       | TEMP
            C:\\Users\\ann\\AppData\\Local\\Temp\\x.exe    | TEMP
            C:\\Users\\ann\\Downloads\\x.exe               | TEMP
            C:\\Users\\ann\\Windows\\x.exe                 | OTHER
            D:\\tools\\x.exe                               | OTHER
            \\\\fs1\\tools\\windows\\x.exe                  | OTHER
            \\Device\\HarddiskVolume3\\Windows\\System32\\x.exe | CORE
            \\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\Windows\\x.exe | CORE
            \\\\?\\C:\\Windows\\x.exe                       | CORE
            \\\\.\\C:\\Program Files\\x.exe                 | CORE
            \\??\\C:\\Windows\\x.exe                        | CORE
            \\\\?\\Volume{26a21bda-a627-11d7-9931-806e6f6e6963}\\Windows\\x.exe | CORE
            \\SystemRoot\\System32\\drivers\\x.sys         | CORE
            System32\\drivers\\x.sys                       | CORE
            %SystemRoot%\\System32\\x.exe                 | CORE
            %windir%\\Temp\\x.exe                         | TEMP
            %ProgramFiles(x86)%\\acme\\x.exe              | CORE
            C:\\PROGRA~1\\acme\\x.exe                      | CORE
            C:\\Windows.\\.\\System32\\x.exe               | CORE
            C:\\Temp\\..\\Windows\\System32\\x.exe         | CORE
            \\\\ws7\\C$\\Windows\\x.exe                    | CORE
            \\\\ws7\\admin$\\x.exe                          | CORE
            C:\\Windows\\System32\\Downloads\\x.exe        | CORE
            %TEMP%\\x.exe                                 | TEMP
            \\Device\\HarddiskVolume3\\Users\\ann\\Downloads\\x.exe | TEMP
            %nobody%\\x.exe                               | UNKNOWN
            x.exe                                          | UNKNOWN
            -                                              | UNKNOWN
            """)
    void shouldKnowTheFoldersOfThePages(String path, Folder folder) {
        assertThat(Folder.of(path)).isEqualTo(folder);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            FullRemediateThreatsAutomatically,    Malicious,      CORE,  ACT
            FullRemediateThreatsAutomatically,    Suspicious,     TEMP,  ASK
            FullRemediateThreatsAutomatically,    NoThreatsFound, TEMP,  NOTHING
            SemiRequireApprovalForAllFolders,     Malicious,      TEMP,  ASK
            SemiRequireApprovalForCoreFolders,    Malicious,      CORE,  ASK
            SemiRequireApprovalForCoreFolders,    Malicious,      OTHER, ACT
            SemiRequireApprovalForCoreFolders,    Malicious,      UNKNOWN, ASK
            SemiRequireApprovalForNonTempFolders, Malicious,      UNKNOWN, ASK
            FullRemediateThreatsAutomatically,    Malicious,      UNKNOWN, ACT
            SemiRequireApprovalForCoreFolders,    Suspicious,     OTHER, ASK
            SemiRequireApprovalForNonTempFolders, Malicious,      OTHER, ASK
            SemiRequireApprovalForNonTempFolders, Malicious,      TEMP,  ACT
            SemiRequireApprovalForNonTempFolders, Suspicious,     TEMP,  ASK
            NoAutomatedResponse,                  Malicious,      TEMP,  NOTHING
            NoAutomatedResponse,                  Suspicious,     TEMP,  NOTHING
            """)
    void shouldDoWhatTheLevelSays(AutomationLevel level, Verdict.Kind verdict, Folder folder, Automation decision) {
        assertThat(Automation.of(level, verdict, folder)).isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            FullRemediateThreatsAutomatically,    Malicious,      true,  ACT
            FullRemediateThreatsAutomatically,    Malicious,      false, ASK
            FullRemediateThreatsAutomatically,    Suspicious,     true,  ASK
            FullRemediateThreatsAutomatically,    NoThreatsFound, true,  NOTHING
            SemiRequireApprovalForAllFolders,     Malicious,      false, ASK
            SemiRequireApprovalForNonTempFolders, Malicious,      true,  ACT
            NoAutomatedResponse,                  Malicious,      true,  NOTHING
            """)
    void shouldLetNoLevelActOnTheWholeFleetByItself(
            AutomationLevel level, Verdict.Kind verdict, boolean onAll, Automation decision) {
        assertThat(Automation.ofFleet(level, verdict, onAll)).isEqualTo(decision);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            Ip  | 198.51.100.7                      | IpAddress  | 198.51.100.7
            Ip  | 2001:db8::7                       | IpAddress  | 2001:db8:0:0:0:0:0:7
            Ip  | 10.1.2.3                          | -          | -
            Ip  | 255.255.255.255                   | -          | -
            Ip  | fd00::1                           | -          | -
            Ip  | nonsense                          | -          | -
            Url | c2.example                        | DomainName | c2.example
            Url | c2.example/a                      | Url        | c2.example/a
            Url | HTTPS://c2.example                | Url        | HTTPS://c2.example
            Url | c2.example:8443                   | Url        | c2.example:8443
            Url | http://u:p@c2.example/a?b#c       | Url        | http://u:p@c2.example/a?b#c
            Url | 198.51.100.7                      | IpAddress  | 198.51.100.7
            Url | http://[2001:db8::7]/a            | Url        | http://[2001:db8::7]/a
            Url | http://192.168.7.7/a              | -          | -
            Url | http://[::1]/a                    | -          | -
            Url | ftp://c2.example                  | -          | -
            Url | fileserver                        | -          | -
            Url | http://intranet/a                 | -          | -
            """)
    void shouldKnowWhatAnIndicatorCanName(String kind, String value, String type, String blocked) {
        var found = new Evidence.Found(kind, value, List.of(), null, null, List.of(), false, null);

        assertThat(Blockable.of(found)).isEqualTo(Optional.ofNullable(type).map(it -> new Blockable(it, blocked)));
    }

    @Test
    void shouldLeaveTheSystemsOwnToolsToAPerson() {
        var facts = new Verdict.Facts(null, "Emotet", true, 5, 5, 1, 1, null, true, Ancestry.UNKNOWN);

        assertThat(Folder.isOfSystem("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"))
                .isTrue();
        assertThat(Folder.isOfSystem("C:\\Windows\\Temp\\powershell.exe")).isFalse();
        assertThat(Folder.isOfSystem("\\Device\\HarddiskVolume3\\Windows\\System32\\cmd.exe"))
                .isTrue();
        assertThat(Folder.isOfSystem("C:\\Program Files\\windows\\x.exe")).isFalse();
        assertThat(Folder.strictest(List.of(TEMP, "C:\\Windows\\x.exe"))).isEqualTo(Folder.CORE);
        assertThat(Folder.strictest(List.of())).isEqualTo(Folder.UNKNOWN);
        assertThat(Verdict.of(facts).kind()).isEqualTo(Verdict.Kind.Suspicious);
    }

    @Test
    void shouldGiveItsReasons() {
        assertThat(Verdict.of(new Verdict.Facts(null, null, false, 1, 0, 1, 100, null, false, Ancestry.UNKNOWN))
                        .reasons())
                .containsExactly("1 detections of high severity name it", "It is rare: on no other of 100 machines");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # started by,                high, medium, fleet, signer, system, verdict
            winword.exe,                 0, 0, 1,   -,    false, Suspicious
            winword.exe,                 0, 0, 100, -,    false, Suspicious
            winword.exe,                 0, 1, 1,   -,    false, Malicious
            winword.exe,                 0, 1, 1,   ACME, false, NoThreatsFound
            winword.exe,                 1, 0, 1,   -,    true,  Suspicious
            mshta.exe,                   0, 0, 1,   -,    false, Suspicious
            mshta.exe,                   0, 1, 1,   -,    false, Suspicious
            mshta.exe,                   1, 0, 1,   -,    false, Malicious
            explorer.exe,                0, 0, 1,   -,    false, NoThreatsFound
            explorer.exe,                1, 0, 1,   -,    false, Suspicious
            """)
    void shouldWeighWhatStartedIt(
            String ancestor, int high, int medium, long fleet, String signer, boolean ofSystem, Verdict.Kind kind) {
        Ancestry ancestry = Ancestry.of(List.of("services.exe", ancestor), null);

        Verdict verdict =
                Verdict.of(new Verdict.Facts(null, null, false, high, medium, 1, fleet, signer, ofSystem, ancestry));

        assertThat(verdict.kind()).as(verdict.reasons().toString()).isEqualTo(kind);
        assertThat(verdict.reasons().stream().anyMatch(reason -> reason.contains("started it: " + ancestor)))
                .isEqualTo(!ancestor.equals("explorer.exe"));
    }

    /// The dropper is malicious by its alerts; what it started, and what that started, is judged by it.
    @Test
    void shouldHoldAMaliciousFileAgainstWhatItStarted() {
        var facts = new Verdict.Facts(null, null, false, 0, 1, 1, 1, null, false, Ancestry.UNKNOWN);
        List<Evidence.Found> all = ParentChain.of(
                List.of(
                        file("a", facts),
                        file("b", facts),
                        file("c", new Verdict.Facts(null, "Emotet", false, 1, 0, 1, 1, null, false, Ancestry.UNKNOWN)),
                        file("d", facts)),
                List.of(
                        new Evidence.Ancestor("a", "b.exe", "b", false),
                        new Evidence.Ancestor("b", "c.exe", "c", false),
                        new Evidence.Ancestor("d", "d.exe", "d", false),
                        new Evidence.Ancestor("d", "e.exe", "e", false)));

        assertThat(all.stream().map(it -> Verdict.of(it.facts()).kind()))
                .containsExactly(
                        Verdict.Kind.Malicious,
                        Verdict.Kind.Malicious,
                        Verdict.Kind.Malicious,
                        Verdict.Kind.Suspicious);
        assertThat(Verdict.of(all.getFirst().facts()).reasons()).contains("A malicious file started it: b.exe");
    }

    @Test
    void shouldHoldABlockedFileAgainstWhatItStarted() {
        var facts = new Verdict.Facts(null, null, false, 0, 1, 1, 1, null, false, Ancestry.UNKNOWN);

        List<Evidence.Found> all =
                ParentChain.of(List.of(file("a", facts)), List.of(new Evidence.Ancestor("a", "b.exe", "b", true)));

        assertThat(Verdict.of(all.getFirst().facts()).kind()).isEqualTo(Verdict.Kind.Malicious);
    }

    private static Evidence.Found file(String sha1, Verdict.Facts facts) {
        return new Evidence.Found("File", sha1, List.of(), TEMP, "t.exe", List.of(TEMP), false, facts);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            C:\\Program Files\\acme\\agent.exe -k                     | NONE | -
            C:\\Windows\\System32\\t.exe                              | NONE | -
            "C:\\Windows\\System32\\t.exe" /q                         | NONE | -
            not.exe                                                     | NONE | -
            t.exe.config                                                | NONE | -
            t.exe /q                                                    | NAME | -
            cmd /c start t.exe                                          | NAME | -
            D:\\other\\t.exe                                            | NAME | d:\\other\\t.exe
            C:\\Users\\ann\\AppData\\Local\\Temp\\t.exe /q            | PATH | c:\\users\\ann\\appdata\\local\\temp\\t.exe
            "C:\\Users\\ANN\\AppData\\Local\\Temp\\T.EXE" /q          | PATH | c:\\users\\ann\\appdata\\local\\temp\\t.exe
            \\??\\C:\\Users\\ann\\AppData\\Local\\Temp\\t.exe          | PATH | \\??\\c:\\users\\ann\\appdata\\local\\temp\\t.exe
            %TEMP%\\t.exe                                              | PATH | %temp%\\t.exe
            cmd.exe /c C:/Users/ann/AppData/Local/Temp/t.exe            | PATH | c:\\users\\ann\\appdata\\local\\temp\\t.exe
            <Command>C:\\Users\\ann\\AppData\\Local\\Temp\\t.exe</Command> | PATH | c:\\users\\ann\\appdata\\local\\temp\\t.exe
            C:\\Windows\\t.exe,C:\\Users\\ann\\AppData\\Local\\Temp\\t.exe | PATH | c:\\users\\ann\\appdata\\local\\temp\\t.exe
            """)
    void shouldTellAFileFromOthersOfItsName(String text, Mention.Kind kind, String image) {
        assertThat(Mention.of(text, "t.exe", List.of(TEMP))).isEqualTo(new Mention(kind, image));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            "C:\\a b\\x.exe" -k y                           | C:\\a b\\x.exe
            C:\\a b\\x.exe -k y                             | C:\\a b\\x.exe
            rundll32 C:\\a\\x.dll,Go                        | rundll32 C:\\a\\x.dll
            <Exec><Command>C:\\a\\x.exe</Command></Exec>    | C:\\a\\x.exe
            x                                               | x
            -                                               | -
            """)
    void shouldReadTheProgramOffACommandLine(String command, String program) {
        assertThat(Mention.program(command)).isEqualTo(program);
    }
}
