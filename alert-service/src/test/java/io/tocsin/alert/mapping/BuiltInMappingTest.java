package io.tocsin.alert.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInMappingTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldMakeAnAlertOfAnEveAlertAndSkipWhatElseASensorWrites() throws IOException {
        List<Optional<ObjectNode>> mapped = eve(null);

        assertThat(mapped).extracting(Optional::isPresent).containsExactly(true, false, true, false, true, true);
        JsonNode first = mapped.getFirst().orElseThrow();
        assertThat(first.get("source").asText()).isEqualTo("suricata-edge-02");
        assertThat(first.get("sourceRef").asText())
                .isEqualTo("1284637219931337/1:2027865:4/2026-02-03T10:15:30.123456+0100/0/");
        assertThat(first.get("title").asText()).isEqualTo("ET MALWARE Observed C2 Domain in TLS SNI");
        assertThat(first.get("severity").asText()).isEqualTo("High");
        assertThat(first.get("category").asText()).isEqualTo("CommandAndControl");
        assertThat(first.get("firstEventTime").asText()).isEqualTo("2026-02-03T09:15:30.123456Z");
        assertThat(first.get("mitreTechniques")).extracting(JsonNode::asText).containsExactly("T1071");
        assertThat(first.get("threatFamilyName").asText()).isEqualTo("Grunt");
        assertThat(first.get("evidence"))
                .extracting(entity ->
                        entity.path("ipAddress").asText() + entity.path("url").asText())
                .containsExactly("10.20.4.14", "203.0.113.77", "cdn.bad.example");
        JsonNode second = mapped.get(2).orElseThrow();
        assertThat(second.get("category").asText()).isEqualTo("PrivilegeEscalation");
        assertThat(second.get("evidence"))
                .extracting(entity -> entity.get("detectionStatus").asText())
                .containsOnly("Blocked");
        assertThat(second.at("/evidence/2/url").asText()).isEqualTo("http://intranet.corp.example/app?x=1");
        assertThat(second.at("/evidence/3/sha256").asText()).startsWith("9f86");
    }

    @Test
    void shouldNameTheDomainsAskedForWhicheverVersionOfDnsRecordsASensorWrites() throws IOException {
        ObjectNode third = eve(null).get(4).orElseThrow();
        assertThat(third.at("/evidence/2/url").asText()).isEqualTo("stage.bad.example");

        String second = JSON.writeValueAsString(JSON.readTree(
                        sample("eve.ndjson").lines().skip(4).findFirst().orElseThrow()))
                .replace("\"queries\"", "\"query\"");
        assertThat(new SuricataMapping(null)
                        .map(JSON.readTree(second))
                        .orElseThrow()
                        .at("/evidence/2/url")
                        .asText())
                .isEqualTo("stage.bad.example");
    }

    @Test
    void shouldLeaveOutWhatIsNoneAndSayWhatIsUnknownWhenAnEveAlertIsOdd() throws IOException {
        JsonNode odd = eve("lab").getLast().orElseThrow();

        assertThat(odd.get("source").asText()).isEqualTo("lab");
        assertThat(odd.get("severity").asText()).isEqualTo("Informational");
        assertThat(odd.get("category").asText()).isEqualTo("SuspiciousActivity");
        assertThat(odd.get("evidence"))
                .extracting(entity -> entity.get("ipAddress").asText())
                .containsExactly("fe80::1");
    }

    private static List<Optional<ObjectNode>> eve(String source) throws IOException {
        var mapping = new SuricataMapping(source);
        List<Optional<ObjectNode>> mapped = new ArrayList<>();
        for (String line : sample("eve.ndjson").lines().toList()) {
            mapped.add(mapping.map(JSON.readTree(line)));
        }
        return mapped;
    }

    @Test
    void shouldMakeAnAlertOfADetectionFinding() throws IOException {
        ObjectNode alert = finding(JSON.readTree(sample("ocsf.json"))).orElseThrow();

        assertThat(alert.get("source").asText()).isEqualTo("Acme Endpoint Sensor");
        assertThat(alert.get("sourceRef").asText()).isEqualTo("F-20260203-77");
        assertThat(alert.get("title").asText()).isEqualTo("LSASS memory was dumped");
        assertThat(alert.get("severity").asText()).isEqualTo("High");
        assertThat(alert.get("category").asText()).isEqualTo("CredentialAccess");
        assertThat(alert.get("detectorId").asText()).isEqualTo("R-118");
        assertThat(alert.get("recommendedAction").asText()).startsWith("Isolate");
        assertThat(alert.get("firstEventTime").asText()).isEqualTo("2026-02-03T09:15:00Z");
        assertThat(alert.get("lastEventTime").asText()).isEqualTo("2026-02-03T09:15:29Z");
        assertThat(alert.get("lastUpdateTime").asText()).isEqualTo("2026-02-03T09:15:40Z");
        assertThat(alert.get("mitreTechniques")).extracting(JsonNode::asText).containsExactly("T1003.001");
        assertThat(alert.get("computerDnsName").asText()).isEqualTo("WS6.corp.example");
        assertThat(alert.get("evidence"))
                .extracting(entity -> entity.get("entityType").asText())
                .containsExactly("Ip", "Process", "User", "Ip", "Url");
        JsonNode process = alert.at("/evidence/1");
        assertThat(process.get("processId").asLong()).isEqualTo(7312);
        assertThat(process.get("filePath").asText()).isEqualTo("C:\\Windows\\System32");
        assertThat(process.get("sha256").asText()).startsWith("9f86");
        assertThat(process.get("parentProcessFileName").asText()).isEqualTo("cmd.exe");
        assertThat(process.get("processCreationTime").asText()).isEqualTo("2026-02-03T09:14:59.5Z");
        assertThat(process.get("parentProcessCreationTime").asText()).isEqualTo("2026-02-03T09:10:00.25Z");
    }

    @ParameterizedTest
    @CsvSource({
        "0, UnSpecified",
        "1, Informational",
        "2, Low",
        "3, Medium",
        "4, High",
        "5, High",
        "6, High",
        "99, UnSpecified"
    })
    void shouldKnowEverySeverityOfOcsf(int id, String severity) throws IOException {
        var event = (ObjectNode) JSON.readTree(sample("ocsf.json"));

        assertThat(finding(event.put("severity_id", id))
                        .orElseThrow()
                        .get("severity")
                        .asText())
                .isEqualTo(severity);
    }

    @Test
    void shouldSkipWhatIsNoDetectionFinding() throws IOException {
        var event = (ObjectNode) JSON.readTree(sample("ocsf.json"));

        assertThat(finding(event.put("class_uid", 2002))).isEmpty();
        assertThat(finding(JSON.readTree("{}"))).isEmpty();
    }

    private static Optional<ObjectNode> finding(JsonNode event) {
        return new OcsfMapping(null).map(event);
    }

    private static String sample(String name) throws IOException {
        try (InputStream file = BuiltInMappingTest.class.getResourceAsStream("/mapping/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
