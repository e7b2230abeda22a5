package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@QuarkusTest
class CorrelateAlertsTest extends StoryApiTest {

    @Test
    void shouldMergeTheYoungerIncidentWhenAnAlertLinksTwo() {
        // Given
        alert("da1", WS5, "Beacon", "Low", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        alert("da2", WS6, "Shell", "High", "LateralMovement", NOON.plusSeconds(60));
        correlate();
        assertThat(TestDatabase.count("incident")).isEqualTo(2);

        // When
        alert("da3", WS6, "Beacon again", "Medium", "CommandAndControl", NOON.plusSeconds(120));
        evidence("da3", "Ip", "ip_address", "203.0.113.77");
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2,da3");
        assertThat(
                        TestDatabase.column(
                                "select status || coalesce(redirect_incident_id::text, '') || tags::text || incident_name from incident order by 1"))
                .hasSize(2)
                .anyMatch(row -> row.toString().startsWith("Redirected1{Redirected}"))
                .contains(
                        "Active{}Multi-stage incident involving Lateral movement & Command and control on 2 endpoints");
        assertThat(TestDatabase.column("select rule from alert_link where alert_id = 'da3' order by rule"))
                .containsExactly("SameMachineAndTime", "SharedIpAddress");
    }

    @Test
    void shouldNotMergeWhenTwoPeopleWorkOnThem() {
        // Given
        alert("da1", WS5, "Beacon", "Low", "Malware", NOON);
        evidence("da1", "File", "sha1", "a".repeat(40));
        alert("da2", WS6, "Shell", "High", "Malware", NOON);
        correlate();
        TestDatabase.update("update incident set assigned_to = 'person' || incident_id");

        // When
        alert("da3", WS6, "Beacon", "Low", "Malware", NOON.plusSeconds(60));
        evidence("da3", "File", "sha1", "A".repeat(40));
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1", "da2,da3");
    }

    @Test
    void shouldOpenAnotherWhenTheLinkedIncidentIsResolved() {
        // Given
        alert("da1", WS5, "Beacon", "Low", "Malware", NOON);
        correlate();
        TestDatabase.update("update incident set status = 'Resolved'");

        // When
        alert("da2", WS5, "Beacon", "Low", "Malware", NOON.plusSeconds(60));
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1", "da2");
    }

    @Test
    void shouldLinkNothingWhenAllTheyShareIsPrivateOrWellKnown() {
        // Given
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        alert("da2", WS6, "Two", "Low", "Malware", NOON);
        for (String alert : List.of("da1", "da2")) {
            evidence(alert, "Ip", "ip_address", "10.10.10.5");
            evidence(alert, "User", "account_name", "SYSTEM");
            evidence(alert, "User", "account_name", "WS5$");
        }

        // When
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1", "da2");
    }

    @Test
    void shouldKeepTenantsApartWhenTheyShareAValue() {
        // Given
        alert("da1", WS5, "One", "Low", "Malware", NOON);
        alert(Tokens.OTHER_TENANT, "da2", WS5, "Two", "Low", "Malware", NOON);

        // When
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1", "da2");
    }

    @Test
    void shouldEndInTheSamePartitionWhenAlertsArriveInAnyOrder() {
        var random = new Random(20261120);
        var expected = new ArrayList<Object>();
        for (int round = 0; round < 6; round++) {
            // Given
            TestDatabase.update("truncate alert, incident cascade");
            someAlerts();
            var order = new ArrayList<>(TestDatabase.column("select id from alert order by id"));
            Collections.shuffle(order, random);
            for (int i = 0; i < order.size(); i++) {
                TestDatabase.update("update alert set alert_creation_ticks = ? where id = ?", (long) i, order.get(i));
            }

            // When
            correlate();

            // Then
            if (expected.isEmpty()) {
                expected.addAll(partition());
            }
            assertThat(partition()).as("order %s", order).isEqualTo(expected);
        }
        assertThat(expected).hasSizeBetween(2, 18);
    }

    private static void someAlerts() {
        var random = new Random(7);
        for (int i = 10; i < 30; i++) {
            String machine = Integer.toString(random.nextInt(1, 9)).repeat(40);
            alert("da" + i, machine, "Alert " + i, "Low", "Malware", NOON.plusSeconds(random.nextInt(0, 14 * 86_400)));
            if (random.nextInt(3) == 0) {
                evidence("da" + i, "Ip", "ip_address", "203.0.113." + random.nextInt(3));
            }
            if (random.nextInt(3) == 0) {
                evidence("da" + i, "User", "user_principal_name", "ann" + random.nextInt(3) + "@corp.example");
            }
        }
    }

    private static List<Object> partition() {
        return TestDatabase.column(
                "select string_agg(id, ',' order by id) from alert where incident_id is not null group by incident_id order by 1");
    }
}
