package io.tocsin.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LeadTest {

    private static final String NOISE = created("pc.corp.example", "{1}", "{0}", "chrome.exe");
    private static final String REMOTE_SHELL = created("srv.corp.example", "{2}", "{0}", "wsmprovhost.exe");

    @Test
    void shouldFollowTheRemoteShellOfTheSample() throws IOException {
        // When
        var lead = Lead.in(Recording.sample(Instant.parse("2026-11-20T10:00:00Z")));

        // Then
        assertThat(lead.host()).isEqualTo("srv-files-01.corp.example");
        assertThat(lead.process().fileName()).isEqualTo("wsmprovhost.exe");
        assertThat(lead.address()).isEqualTo("203.0.113.77");
    }

    @Test
    void shouldPreferAnAddressThatTheProcessTreeContacted() throws IOException {
        // Given
        var recording = Recording.parse(
                "tree",
                NOISE
                        + REMOTE_SHELL
                        + created("srv.corp.example", "{3}", "{2}", "powershell.exe")
                        + connected("srv.corp.example", "{9}", "198.51.100.1")
                        + connected("srv.corp.example", "{9}", "198.51.100.1")
                        + connected("srv.corp.example", "{3}", "203.0.113.7"));

        // When
        var lead = Lead.in(recording);

        // Then
        assertThat(lead.process().text("ProcessGuid")).isEqualTo("{2}");
        assertThat(lead.address()).isEqualTo("203.0.113.7");
    }

    @Test
    void shouldFallBackToTheMachineAndThenToAnyMachine() throws IOException {
        var elsewhere = connected("pc.corp.example", "{1}", "198.51.100.1");
        var onTheMachine = connected("srv.corp.example", "{9}", "203.0.113.7");

        assertThat(Lead.in(Recording.parse("both", REMOTE_SHELL + elsewhere + onTheMachine))
                        .address())
                .isEqualTo("203.0.113.7");
        assertThat(Lead.in(Recording.parse("one", REMOTE_SHELL + elsewhere)).address())
                .isEqualTo("198.51.100.1");
    }

    @Test
    void shouldNotTakeAnAddressOfTheInsideForOneOfTheInternet() throws IOException {
        var recording = Recording.parse("inside", REMOTE_SHELL + connected("srv.corp.example", "{2}", "10.0.0.5"));

        assertThatThrownBy(() -> Lead.in(recording)).hasMessageContaining("no connection to an address");
    }

    private static String created(String host, String guid, String parent, String file) {
        return """
                {"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"Hostname":"%s","UtcTime":"2026-05-12 08:41:03.117","ProcessGuid":"%s","ParentProcessGuid":"%s","Image":"C:\\\\Windows\\\\%s"}
                """.formatted(host, guid, parent, file);
    }

    private static String connected(String host, String guid, String address) {
        return """
                {"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":3,"Hostname":"%s","UtcTime":"2026-05-12 08:41:04.2","ProcessGuid":"%s","Image":"C:\\\\x.exe","Initiated":"true","DestinationIp":"%s"}
                """.formatted(host, guid, address);
    }
}
