package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.response.devicegroup.AutomationLevel;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Verdicts, folders and automation levels (contract 40 §5, docs/adr/040).
class VerdictTest {

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
        Verdict verdict =
                Verdict.of(new Verdict.Facts(indicator, threat, stopped, high, medium, machines, fleet, signer, false));

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
            -                                              | OTHER
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
        var found = new Evidence.Found(kind, value, null, null, null);

        assertThat(Blockable.of(found)).isEqualTo(Optional.ofNullable(type).map(it -> new Blockable(it, blocked)));
    }

    @Test
    void shouldLeaveTheSystemsOwnToolsToAPerson() {
        var facts = new Verdict.Facts(null, "Emotet", true, 5, 5, 1, 1, null, true);

        assertThat(Folder.isOfSystem("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"))
                .isTrue();
        assertThat(Folder.isOfSystem("C:\\Windows\\Temp\\powershell.exe")).isFalse();
        assertThat(Verdict.of(facts).kind()).isEqualTo(Verdict.Kind.Suspicious);
    }

    @Test
    void shouldGiveItsReasons() {
        assertThat(Verdict.of(new Verdict.Facts(null, null, false, 1, 0, 1, 100, null, false))
                        .reasons())
                .containsExactly("1 detections of high severity name it", "It is rare: on no other of 100 machines");
    }
}
