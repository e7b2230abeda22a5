package io.tocsin.alert.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SubmitOddAlertTest extends ApiTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"description\":\"a\\u0000b\"",
                "\"mitreTechniques\":[\"T1\\u0000\"]",
                "\"evidence\":[{\"entityType\":\"Url\",\"url\":\"\\u0000\"}]",
                "\"category\":\"Banana\"",
                "\"severity\":128",
                "\"firstEventTime\":\"2026-02-03T10:00:00Z\",\"lastEventTime\":\"2026-02-03T09:00:00Z\""
            })
    void shouldStoreNothingWhenAValueIsNotAcceptable(String property) {
        submit(alert("1", property)).statusCode(400).body("error.code", is("InvalidInput"));

        assertThat(TestDatabase.count("alert") + TestDatabase.count("alert_source"))
                .isZero();
    }

    @Test
    void shouldStoreTheOthersWhenOneOfAnArrayHoldsANul() {
        submit("[" + alert("1", "\"description\":\"\\u0000\"") + "," + alert("2", "\"category\":\"impact\"") + "]")
                .statusCode(200)
                .body("value.status", is(List.of(400, 201)));

        assertThat(TestDatabase.column("select category from alert")).containsExactly("Impact");
    }

    @Test
    void shouldRefuseWhenAnArrayHoldsMoreThanAThousand() {
        submit("[" + "17,".repeat(1_000) + "17]").statusCode(400).body("error.code", is("MaximumBatchSizeExceeded"));
    }

    @Test
    void shouldReachAnIncidentWhenAUrlIsLongerThanAnIndexHolds() {
        // Given
        var path = new StringBuilder();
        new Random(1).ints(20_000, 'a', 'z').forEach(letter -> path.append((char) letter));

        // When
        submit(alert("1", "\"evidence\":[{\"entityType\":\"Url\",\"url\":\"http://bad.example/" + path + "\"}]"))
                .statusCode(201)
                .body("evidence", hasSize(1));

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(TestDatabase.value("select incident_id from alert"))
                        .isNotNull());
    }

    @Test
    void shouldRefuseWhenItsEvidenceIsLongerThanAnAlertMayHold() {
        String half = "{\"entityType\":\"Process\",\"processCommandLine\":\"" + "x".repeat(65_536) + "\"}";
        String most = "\"evidence\":[" + half + ","
                + half.replace("Process\"", "Registry\"").replace("xx\"", "y\"") + "]";

        submit(alert("1", most)).statusCode(201).body("evidence", hasSize(2));
        submit(alert("2", most.replace("y\"", "yyy\"")))
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", is("evidence is longer than 131072 characters"));
        assertThat(TestDatabase.column("select source_ref from alert")).containsExactly("1");
    }

    @Test
    void shouldAddNoEvidenceBeyondWhatAnAlertMayHold() {
        for (int i = 0; i < 4; i++) {
            submit(alert(
                            "1",
                            "\"evidence\":[{\"entityType\":\"Url\",\"url\":\"http://bad.example/" + i + "/"
                                    + "x".repeat(50_000) + "\"},{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113." + i
                                    + "\"}]"))
                    .statusCode(i == 0 ? 201 : 200);
        }

        assertThat(TestDatabase.value("select count(url) || ' ' || count(ip_address) from alert_evidence"))
                .isEqualTo("2 4");
    }

    private static String alert(String reference, String property) {
        String severity = property.startsWith("\"severity\"") ? "" : "\"severity\":\"Low\",";
        return "{\"source\":\"s\",\"sourceRef\":\"" + reference + "\",\"title\":\"t\"," + severity + property + "}";
    }

    private static ValidatableResponse submit(String body) {
        return with("Alert.ReadWrite.All").body(body).post("/v1/alerts").then();
    }
}
