package io.tocsin.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class StoryPrinterTest {

    @Test
    void shouldDrawTheTreeAndSayWhyAnAlertIsHere() throws IOException {
        // Given
        var story = new ObjectMapper().readTree("""
                {"incidentId":12,"incidentName":"Lateral movement","severity":"High","status":"Active",
                 "machines":[{"computerDnsName":"srv.corp.example"}],
                 "alerts":[{"alertId":"da1","title":"Remote session","severity":"High","status":"New","source":"suricata-edge",
                   "external":true,"computerDnsName":"srv.corp.example","firstEventTime":"2026-05-12T08:42:04.7170000Z",
                   "why":[{"rule":"SameProcessTree","linkedAlertId":"da0","detail":"process wsmprovhost.exe (5128)"}]}],
                 "timeline":[{"time":"2026-05-12T08:42:04.717Z","kind":"Alert","computerDnsName":"srv.corp.example","text":"Remote session"}],
                 "processTrees":[{"computerDnsName":"srv.corp.example","roots":[
                   {"processId":884,"fileName":"svchost.exe","commandLine":null,"account":null,"observed":false,"alertIds":[],
                    "files":[],"connections":[],"children":[
                     {"processId":5128,"fileName":"wsmprovhost.exe","commandLine":"wsmprovhost.exe -Embedding","account":"CORP\\\\adm",
                      "observed":true,"alertIds":["da1"],"children":[],
                      "files":[{"action":"FileCreated","path":"C:\\\\x.ps1"}],
                      "connections":[{"remoteIp":"203.0.113.7","remotePort":443,"protocol":"tcp","remoteUrl":null}]}]}]}]}
                """);
        var lines = new ArrayList<String>();

        // When
        new StoryPrinter(lines::add).print(story);

        // Then
        assertThat(lines)
                .contains(
                        "Incident 12  Lateral movement",
                        "    High          Remote session  [suricata-edge, external; New]",
                        "                  here because: same process tree – process wsmprovhost.exe (5128)",
                        "    svchost.exe (884)  (known only as a parent)",
                        "    └─ wsmprovhost.exe (5128)  CORP\\adm  ◀ in an alert",
                        "          wsmprovhost.exe -Embedding",
                        "          → 203.0.113.7:443 tcp",
                        "          file created C:\\x.ps1",
                        "  ! 2026-05-12 08:42:04.717  srv              Remote session");
    }
}
