package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.oneOf;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        get("/v1/incidents/1/story")
                .body("alerts.alertId", contains("da1", "da2", "da3"))
                .body("alerts[2].why.rule", contains("SameMachineAndTime", "SharedIpAddress"))
                .body("alerts[2].why.linkedAlertId", contains("da2", "da1"))
                .body("alerts[2].why.detail", contains("machine ws6.corp.example", "address 203.0.113.77"));
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
    void shouldLinkAllWhenManyMachinesShareAValueTheSameDay() {
        // Given
        for (int i = 10; i < 65; i++) {
            alert("da" + i, machine(i), "Beacon", "Low", "Malware", NOON.plusSeconds(i));
            evidence("da" + i, "Ip", "ip_address", "203.0.113.77");
        }

        // When
        correlate();

        // Then
        assertThat(partition()).hasSize(1);
    }

    @Test
    void shouldNotLinkByAValueThatMoreThanFiftyMachinesHadTheDayBefore() {
        // Given
        for (int i = 10; i < 61; i++) {
            alert("da" + i, machine(i), "Ad", "Low", "Malware", NOON.plusSeconds(i - 86_400));
            evidence("da" + i, "Ip", "ip_address", "203.0.113.77");
        }
        correlate();
        assertThat(partition()).hasSize(1);

        // When
        for (int i = 70; i < 73; i++) {
            alert("da" + i, machine(i), "Ad", "Low", "Malware", NOON.plusSeconds(i));
            evidence("da" + i, "Ip", "ip_address", "203.0.113.77");
        }
        correlate();

        // Then
        assertThat(partition()).hasSize(4);
    }

    @Test
    void shouldNotLinkByAValueThatTelemetryKnowsOfMoreThanFiftyMachinesThoughNoAlertEverHeldIt() {
        // Given an address, and a file that alerts know by another hash than telemetry
        seen("Ip", "203.0.113.77", 60, NOON.plusSeconds(-86_400));
        seen("File", "a".repeat(40), 60, NOON.plusSeconds(-86_400));
        TestDatabase.update(
                "insert into file_fact (tenant_id, hash, sha1, sha256, last_seen_day) values (cast(? as uuid), ?, ?, ?, 1)",
                Tokens.TENANT,
                "a".repeat(40),
                "a".repeat(40),
                "b".repeat(64));
        for (int i = 1; i < 3; i++) {
            alert("da" + i, machine(10 + i), "Ad", "Low", "Malware", NOON.plusSeconds(i));
            evidence("da" + i, "Ip", "ip_address", "203.0.113.77");
            evidence("da" + i, "File", "sha256", "b".repeat(64));
        }

        // When
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1", "da2");
    }

    /// An outbreak is not common: what the day itself brings does not count.
    @Test
    void shouldLinkByAValueThatManyMachinesHadFirstTheSameDay() {
        // Given
        seen("Ip", "203.0.113.77", 60, NOON.plusSeconds(-3_600));
        for (int i = 1; i < 3; i++) {
            alert("da" + i, machine(10 + i), "Ad", "Low", "Malware", NOON.plusSeconds(i));
            evidence("da" + i, "Ip", "ip_address", "203.0.113.77");
        }

        // When
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2");
    }

    /// As if the day before had come first.
    @Test
    void shouldTakeApartWhatAValueLinkedThatAlertsOfTheDayBeforeMakeCommonLater() {
        // Given one alert that the machine links, too
        pair("203.0.113.77");
        alert("da3", machine(12), "Shell", "Low", "Malware", NOON.plusSeconds(60));
        correlate();
        assertThat(partition()).containsExactly("da1,da2,da3");

        // When
        fiftyOneBefore("203.0.113.77");
        correlateNew();

        // Then
        awaitPartition("da1", "da2,da3");
        assertThat(TestDatabase.column(
                        "select common from alert_link_day where value = '203.0.113.77' and day = " + dayOf(NOON)))
                .containsExactly(true);
        assertThat(
                        TestDatabase.value(
                                "select detail::text from audit_entry where action = 'incident.takeApart' order by at_ticks desc limit 1"))
                .asString()
                .contains("\"alertIds\": [\"da1\", \"da2\", \"da3\"]", "203.0.113.77", "2026-02-03");
    }

    /// Both of a batch: which of them comes first in it is nothing.
    @Test
    void shouldNotLinkByWhatAlertsOfTheDayBeforeMakeCommonInTheSameBatch() {
        // Given
        pair("203.0.113.77");
        fiftyOneBefore("203.0.113.77");

        // When
        correlate();

        // Then
        awaitPartition("da1", "da2");
    }

    @Test
    void shouldTakeApartWhatAValueLinkedThatTelemetryOfTheDayBeforeMakesCommonLater() {
        // Given a file that the alerts know by another hash than most telemetry, and an address
        TestDatabase.column("select make_device_event_day(date '2026-02-02')::text");
        pair("203.0.113.77");
        alert("da3", machine(13), "Ad", "Low", "Malware", NOON);
        alert("da4", machine(14), "Ad", "Low", "Malware", NOON);
        evidence("da3", "File", "sha256", "b".repeat(64));
        evidence("da4", "File", "sha256", "b".repeat(64));
        correlate();
        assertThat(partition()).containsExactly("da1,da2", "da3,da4");

        // When
        var lines = new StringBuilder();
        for (int n = 1; n <= 51; n++) {
            lines.append(connection("203.0.113.77", "2026-02-02T11:55:00Z", n)
                            .replace(MACHINE, Integer.toHexString(512 + n).repeat(13) + "0")
                            .replace("WS6.", "seen" + n + "."))
                    .append('\n');
        }
        events(lines.toString()).statusCode(200);

        // Then
        awaitPartition("da1", "da2", "da3,da4");

        // When the two hashes turn out to be of one file
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 99)
                        .replace(
                                "\"InitiatingProcessSHA1\"",
                                "\"InitiatingProcessSHA256\":\"" + "b".repeat(64) + "\",\"InitiatingProcessSHA1\""))
                .statusCode(200);

        // Then
        awaitPartition("da1", "da2", "da3", "da4");
    }

    @Test
    void shouldKeepTogetherWhatAPersonHasInHandsAndLinkNothingMoreByWhatBecameCommon() {
        // Given
        pair("203.0.113.77");
        correlate();
        TestDatabase.update("update incident set assigned_to = 'ann'");

        // When
        fiftyOneBefore("203.0.113.77");
        correlateNew();
        await().until(() -> TestDatabase.count("alert_link_again") == 0);
        alert("da3", machine(13), "Ad", "Low", "Malware", NOON.plusSeconds(60));
        evidence("da3", "Ip", "ip_address", "203.0.113.77");
        correlateNew();

        // Then
        awaitPartition("da1,da2", "da3");
        assertThat(TestDatabase.count("alert_link_spot where value = '203.0.113.77' and incident_id = "
                        + "(select incident_id from alert where id = 'da1')"))
                .isZero();
    }

    /// More incidents than one transaction takes, and every day that was asked about, not the last one alone.
    @Test
    void shouldAskAboutEachLaterDayAgainAndTakeEveryIncidentOfItApart() {
        // Given on two days seven incidents of two each: each was closed before the next began, and open again since
        for (int n = 1; n <= 14; n++) {
            int day = n > 7 ? 2 * 86_400 : 0;
            for (String half : List.of("a", "b")) {
                String id = "da" + (10 + n) + half;
                alert(id, machine(20 + n) + half, "Ad", "Low", "Malware", NOON.plusSeconds(n + day));
                evidence(id, "Ip", "ip_address", "203.0.113.77");
                TestDatabase.update("update alert set correlated = false where id = ?", id);
            }
            await().until(() -> TestDatabase.count("alert where not correlated") == 0);
            TestDatabase.update("update incident set status = 'Resolved'");
        }
        TestDatabase.update("update incident set status = 'Active'");
        assertThat(partition()).hasSize(14);

        // When
        fiftyOneBefore("203.0.113.77");
        correlateNew();

        // Then
        await().untilAsserted(() -> assertThat(TestDatabase.column(
                        "select count(*) from alert where id like 'da%' group by incident_id having count(*) = 1"))
                .hasSize(28));
    }

    /// Whoever sends alerts of a day that has not come hears the answer when it has: nothing of the days before is late
    /// until then.
    @Test
    void shouldAskAboutADayThatHasNotComeAgainWhenItHas() {
        // Given
        long today = (Long) TestDatabase.value("select floor(extract(epoch from now()) / 86400)::bigint");
        WireTime tomorrow = new WireTime((today + 1) * 86_400 * WireTime.TICKS_PER_SECOND);
        alert("da1", machine(11), "Ad", "Low", "Malware", tomorrow);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");

        // When
        correlate();

        // Then
        assertThat(TestDatabase.column(
                        "select day || ' ' || value || coalesce(after_alert_id, '') from alert_link_again"))
                .containsExactly((today + 1) + " 203.0.113.77");

        // When time goes on, and an answer has been forgotten meanwhile
        seen("Ip", "203.0.113.77", 51, NOON);
        TestDatabase.update("update alert_link_day set day = day - 3");
        TestDatabase.update("update alert_link_again set day = day - 3");
        TestDatabase.update(
                "insert into alert_link_again (tenant_id, kind, value, day) select tenant_id, kind, 'forgotten', day from alert_link_again");

        // Then
        await().until(() -> TestDatabase.count("alert_link_again") == 0);
        assertThat(TestDatabase.column("select common from alert_link_day where value = '203.0.113.77'"))
                .containsExactly(true);
    }

    private static void pair(String address) {
        for (int i = 1; i < 3; i++) {
            alert("da" + i, machine(10 + i), "Ad", "Low", "Malware", NOON.plusSeconds(i));
            evidence("da" + i, "Ip", "ip_address", address);
        }
    }

    private static void fiftyOneBefore(String address) {
        for (int n = 1; n <= 51; n++) {
            alert(
                    "before" + n,
                    Integer.toHexString(256 + n).repeat(13) + "0",
                    "Ad",
                    "Low",
                    "Malware",
                    NOON.plusSeconds(-86_400));
            evidence("before" + n, "Ip", "ip_address", address);
        }
    }

    /// Those that are in no incident yet.
    private static void correlateNew() {
        TestDatabase.update("update alert set correlated = false where incident_id is null");
        await().until(() -> TestDatabase.count("alert where not correlated") == 0);
    }

    /// Of the alerts of the day itself.
    private static void awaitPartition(Object... incidents) {
        await().untilAsserted(() -> assertThat(TestDatabase.column("""
                        select string_agg(id, ',' order by id) from alert where incident_id is not null and id not like 'before%'
                        group by incident_id order by 1
                        """)).containsExactly(incidents));
    }

    private static long dayOf(WireTime time) {
        return time.ticks() / WireTime.TICKS_PER_SECOND / 86_400;
    }

    /// Contract 95 §4.
    @Test
    void shouldMoveAlertsAndTagsAndNothingElseWhenTwoBecomeOne() {
        // Given
        alert("da1", WS5, "Beacon", "Low", "Malware", NOON);
        evidence("da1", "File", "sha1", "a".repeat(40));
        alert("da2", WS6, "Shell", "High", "Malware", NOON);
        correlate();
        TestDatabase.update("update incident set assigned_to = 'ann', tags = '{c2}' where incident_id = 1");
        TestDatabase.update(
                "update incident set classification = 'TruePositive', determination = 'Malware', status = 'InProgress', tags = '{vip}' where incident_id = 2");

        // When
        alert("da3", WS6, "Beacon", "Low", "Malware", NOON.plusSeconds(60));
        evidence("da3", "File", "sha1", "a".repeat(40));
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2,da3");
        assertThat(
                        TestDatabase.column(
                                "select concat_ws(' ', status, assigned_to, classification, determination, tags::text) from incident order by incident_id"))
                .containsExactly("Active ann {c2,vip}", "Redirected TruePositive Malware {vip,Redirected}");
        assertThat(
                        TestDatabase.value(
                                "select detail::text from audit_entry where action = 'incident.merge' and target = '1' order by at_ticks desc limit 1"))
                .asString()
                .contains("\"before\": {\"tags\": [\"c2\"]}")
                .contains("\"tags\": [\"c2\", \"vip\"]")
                .contains("\"mergedIncidentIds\": [2]");
    }

    @Test
    void shouldPutAnAlertOnTheMachineThatHadItsAddressAndSayWhy() {
        // Given
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 1));
        alert("da1", null, "Beacon", "Low", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "10.20.4.14");

        // When
        correlate();

        // Then
        get("/v1/incidents/1/story")
                .body("alerts[0].machineId", is(MACHINE))
                .body("alerts[0].why.rule", contains("First", "MachineByAddress"))
                .body(
                        "alerts[0].why[1].detail",
                        is(
                                "10.20.4.14 was the address of ws6.corp.example from 2026-02-03T11:55:00Z to 2026-02-03T11:55:00Z"));
    }

    /// What a sensor of the network sees of one machine reaching for another: in either order of their telemetry.
    @Test
    void shouldPutAnAlertBetweenTwoMachinesBesideTheAlertsOfBoth() {
        for (boolean sourceFirst : new boolean[] {true, false}) {
            // Given
            TestDatabase.clean();
            await().until(() -> TestDatabase.count("event_position where consumer = 'correlation'") > 0);
            alert("da1", WS5, "Encoded script", "Medium", "Execution", NOON.plusSeconds(-600));
            alert("da2", WS6, "Remote shell", "High", "LateralMovement", NOON.plusSeconds(600));
            alert("da3", null, "WinRM session", "Low", "LateralMovement", NOON);
            evidence("da3", "Ip", "ip_address", "10.20.4.13");
            evidence("da3", "Ip", "ip_address", "10.20.4.14");
            String ofSource = connection("10.20.4.14", "2026-02-03T11:55:00Z", 1)
                    .replace(MACHINE, WS5)
                    .replace("WS6.", "WS5.")
                    .replace("\"LocalIP\":\"10.20.4.14\"", "\"LocalIP\":\"10.20.4.13\"");
            String ofTarget =
                    connection("10.20.4.13", "2026-02-03T11:56:00Z", 2).replace(MACHINE, WS6);

            // When
            correlate();
            assertThat(partition()).containsExactly("da1", "da2", "da3");
            events(sourceFirst ? ofSource : ofTarget);
            await().untilAsserted(() -> assertThat(partition()).hasSize(2));
            events(sourceFirst ? ofTarget : ofSource);

            // Then
            await().untilAsserted(() -> assertThat(partition()).containsExactly("da1,da2,da3"));
            assertThat(TestDatabase.value("select machine_id from alert where id = 'da3'"))
                    .isEqualTo(WS5);
            assertThat(TestDatabase.value(
                            "select detail from alert_link where alert_id = 'da3' and rule = 'MachineByAddress'"))
                    .asString()
                    .startsWith("10.20.4.13 was the address of ws5.corp.example from")
                    .contains("; 10.20.4.14 was the address of ws6.corp.example from");
        }
    }

    /// Only the address that two had is in doubt.
    @Test
    void shouldKeepAnAlertOnTheOneMachineThatIsCertainWhenTheOtherIsNot() {
        // Given
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 1));
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 3)
                .replace(MACHINE, WS5)
                .replace("\"LocalIP\":\"10.20.4.14\"", "\"LocalIP\":\"10.20.4.13\""));
        await().until(() -> TestDatabase.count("event_position where consumer = 'correlation'") > 0);
        alert("da1", MACHINE, "Before", "Low", "Malware", NOON.plusSeconds(-2_400));
        alert("da2", null, "Session", "Low", "LateralMovement", NOON);
        evidence("da2", "Ip", "ip_address", "10.20.4.14");
        evidence("da2", "Ip", "ip_address", "10.20.4.13");
        alert("da3", WS5, "After", "Low", "Malware", NOON.plusSeconds(2_400));
        correlate();
        assertThat(partition()).containsExactly("da1,da2,da3");

        // When
        events(connection("198.51.100.9", "2026-02-03T11:56:00Z", 2).replace(MACHINE, "7".repeat(40)));

        // Then
        await().untilAsserted(() -> assertThat(partition()).containsExactly("da1", "da2,da3"));
        await().untilAsserted(() -> assertThat(TestDatabase.value("select machine_id from alert where id = 'da2'"))
                .isEqualTo(WS5));
    }

    @Test
    void shouldPutAnAlertOnNoMachineWhenTwoHadTheAddress() {
        // Given
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 1));
        events(connection("198.51.100.9", "2026-02-03T11:56:00Z", 2).replace(MACHINE, WS5));
        alert("da1", null, "Beacon", "Low", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "10.20.4.14");

        // When
        correlate();

        // Then
        assertThat(TestDatabase.value("select machine_id from alert")).isNull();
    }

    /// As if both had been known from the beginning.
    @Test
    void shouldTakeAnAlertOffTheMachineAgainWhenAnotherOneHadItsAddressToo() {
        // Given an alert between two of the machine that its address once seemed to be of
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 1));
        await().until(() -> TestDatabase.count("event_position where consumer = 'correlation'") > 0);
        alert("da1", MACHINE, "Before", "Low", "Malware", NOON.plusSeconds(-2_400));
        alert("da2", null, "Beacon", "Low", "CommandAndControl", NOON);
        evidence("da2", "Ip", "ip_address", "10.20.4.14");
        alert("da3", MACHINE, "After", "Low", "Malware", NOON.plusSeconds(2_400));
        correlate();
        assertThat(partition()).containsExactly("da1,da2,da3");

        // When
        events(connection("198.51.100.9", "2026-02-03T11:56:00Z", 2).replace(MACHINE, WS5));

        // Then
        await().untilAsserted(() -> assertThat(partition()).containsExactly("da1", "da2", "da3"));
        assertThat(TestDatabase.value("select machine_id from alert where id = 'da2'"))
                .isNull();
        assertThat(TestDatabase.count("alert_link where rule = 'MachineByAddress'"))
                .isZero();
        assertThat(TestDatabase.count("audit_entry where action = 'alert.misplaced' and target = 'da2'"))
                .isPositive();
    }

    @Test
    void shouldLeaveAloneWhatAPersonHasInHandsWhenAnotherMachineHadTheAddressToo() {
        // Given
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 1));
        await().until(() -> TestDatabase.count("event_position where consumer = 'correlation'") > 0);
        alert("da1", MACHINE, "Before", "Low", "Malware", NOON.plusSeconds(-60));
        alert("da2", null, "Beacon", "Low", "CommandAndControl", NOON);
        evidence("da2", "Ip", "ip_address", "10.20.4.14");
        correlate();
        TestDatabase.update("update incident set assigned_to = 'ann'");

        // When
        events(connection("198.51.100.9", "2026-02-03T11:56:00Z", 2).replace(MACHINE, WS5));
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2");
        assertThat(TestDatabase.value("select machine_id from alert where id = 'da2'"))
                .isEqualTo(MACHINE);
    }

    /// A tag, a comment or work on one of its alerts is people's work, too.
    @Test
    void shouldKeepTheIncidentPeopleHaveCommentedWhenItIsLinkedToAnOlderOne() {
        // Given
        alert("da1", WS5, "Beacon", "Low", "Malware", NOON);
        evidence("da1", "File", "sha1", "a".repeat(40));
        correlate();
        alert("da2", WS6, "Shell", "High", "Malware", NOON);
        correlate();
        TestDatabase.update(
                "insert into incident_comment (tenant_id, incident_id, comment, created_by, created_ticks) select tenant_id, 2, 'c', 'ann', 1 from incident where incident_id = 2");

        // When
        alert("da3", WS6, "Beacon", "Low", "Malware", NOON.plusSeconds(60));
        evidence("da3", "File", "sha1", "a".repeat(40));
        correlate();

        // Then
        assertThat(TestDatabase.column("select redirect_incident_id from incident where status = 'Redirected'"))
                .hasSize(1)
                .allMatch(target -> target.toString().equals("2"));
    }

    @Test
    void shouldLeaveAloneWhatAPersonHasTaggedWhenAnotherMachineHadTheAddressToo() {
        // Given
        events(connection("198.51.100.9", "2026-02-03T11:55:00Z", 1));
        await().until(() -> TestDatabase.count("event_position where consumer = 'correlation'") > 0);
        alert("da1", MACHINE, "Before", "Low", "Malware", NOON.plusSeconds(-60));
        alert("da2", null, "Beacon", "Low", "CommandAndControl", NOON);
        evidence("da2", "Ip", "ip_address", "10.20.4.14");
        correlate();
        TestDatabase.update("update incident set tags = '{vip}'");

        // When
        events(connection("198.51.100.9", "2026-02-03T11:56:00Z", 2).replace(MACHINE, WS5));
        correlate();

        // Then
        assertThat(partition()).containsExactly("da1,da2");
    }

    /// Both jobs of a replica, and those of others, work at the same time.
    @Test
    void shouldCorrelateEachAlertOnceWhenSeveralDoItAtOnce() {
        // Given pairs that share a machine, whose halves come at different times
        int pairs = 200;
        TestDatabase.update(
                """
                insert into alert (id, tenant_id, source, source_ref, severity, status, detection_source, category, title, description,
                    alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks, machine_id, computer_dns_name)
                select 'da' || half || '-' || n, cast(t as uuid), 's', half || '-' || n || t, 'Low', 'New', 'ThirdPartySensors', 'Malware', 't', 'd',
                    ?, ?, ?, ?, lpad(n::text, 40, '0'), 'ws' || n
                from generate_series(1, 2) as half, generate_series(1, ?) as n, unnest(array[?, ?]) as t
                order by half, n
                """, NOON.ticks(), NOON.ticks(), NOON.ticks(), NOON.ticks(), pairs, Tokens.TENANT, Tokens.OTHER_TENANT);

        // When
        await().until(() -> TestDatabase.count("alert where not correlated") == 0);

        // Then
        assertThat(TestDatabase.count("incident")).isEqualTo(2 * pairs);
        assertThat(
                        TestDatabase.count(
                                "(select from alert group by tenant_id, incident_id having count(*) <> 2 or count(distinct machine_id) <> 1) as wrong"))
                .isZero();
    }

    @Test
    void shouldCorrelateAgainWhenTheTelemetryComesAfterTheAlert() {
        // Given
        await().until(() -> TestDatabase.count("event_position") > 0);
        alert("da1", WS5, "Macro", "Low", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        TestDatabase.update("update alert_evidence set process_creation_ticks = ?", NOON.ticks());
        alert("da2", WS5, "Discovery", "Low", "Discovery", NOON.plusSeconds(7200));
        evidence("da2", "Process", "process_id", 200L);
        TestDatabase.update(
                "update alert_evidence set process_creation_ticks = ? where alert_id = 'da2'",
                NOON.plusSeconds(7200).ticks());
        correlate();
        assertThat(partition()).containsExactly("da1", "da2");

        // When
        process(WS5, 100, "winword.exe", "winword.exe", 50, "explorer.exe", NOON);
        process(WS5, 200, "cmd.exe", "cmd.exe", 100, "winword.exe", NOON.plusSeconds(7200));

        // Then
        await().untilAsserted(() -> assertThat(partition()).containsExactly("da1,da2"));
    }

    /// The same when the alert knows the number of its process alone.
    @Test
    void shouldCorrelateAgainWhenTheProcessOfANumberBecomesKnown() {
        // Given
        await().until(() -> TestDatabase.count("event_position") > 0);
        alert("da1", WS5, "Macro", "Low", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        alert("da2", WS5, "Discovery", "Low", "Discovery", NOON.plusSeconds(7200));
        evidence("da2", "Process", "process_id", 200L);
        correlate();
        assertThat(partition()).containsExactly("da1", "da2");

        // When
        process(WS5, 100, "winword.exe", "winword.exe", 50, "explorer.exe", NOON);
        process(WS5, 200, "cmd.exe", "cmd.exe", 100, "winword.exe", NOON.plusSeconds(7200));

        // Then
        await().untilAsserted(() -> assertThat(partition()).containsExactly("da1,da2"));
    }

    /// A process may be known by its child alone.
    @Test
    void shouldCorrelateAgainWhenTheProcessOfANumberIsToldOfAsAParent() {
        // Given
        await().until(() -> TestDatabase.count("event_position") > 0);
        alert("da1", WS5, "Macro", "Low", "Execution", NOON.plusSeconds(7200));
        evidence("da1", "Process", "process_id", 50L);
        alert("da2", WS5, "Discovery", "Low", "Discovery", NOON);
        evidence("da2", "Process", "process_id", 100L);
        correlate();
        assertThat(partition()).containsExactly("da1", "da2");

        // When
        process(WS5, 100, "cmd.exe", "cmd.exe", 50, "winword.exe", NOON.plusSeconds(-10));

        // Then
        await().untilAsserted(() -> assertThat(partition()).containsExactly("da1,da2"));
    }

    /// A sensor's alert was found on a machine by its address, and then its source says which one it was.
    @Test
    void shouldBelieveTheSourceRatherThanTheAddress() {
        // Given
        machines();
        events(connection("203.0.113.5", "2026-02-03T12:00:00Z", 9)
                        .replace(MACHINE, WS5)
                        .replace("WS6.", "WS5.")
                        .replace("\"LocalIP\":\"10.20.4.14\"", "\"LocalIP\":\"10.20.4.13\""))
                .statusCode(200);
        alertOf("1", WS5, "2026-02-03T12:05:00Z", null);
        String sensor =
                "{\"source\":\"nsm\",\"sourceRef\":\"2\",\"severity\":\"Low\",\"title\":\"Scan\",\"firstEventTime\":\"2026-02-03T12:00:00Z\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\"10.20.4.13\"}]%s}";
        send(sensor.formatted(""));
        await().untilAsserted(() -> assertThat(refs()).containsExactly("1,2"));

        // When
        send(sensor.formatted(",\"machineId\":\"" + WS6 + "\""));
        alertOf("3", WS6, "2026-02-03T12:01:00Z", null);

        // Then
        await().untilAsserted(() -> assertThat(refs()).containsExactlyInAnyOrder("1", "2,3"));
        assertThat(TestDatabase.count("alert_link where rule = 'MachineByAddress'"))
                .isZero();
    }

    /// Whichever word of the source comes first, and whatever else the first machine tells.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGroupByTheRightMachineAloneWhenTheSourceCorrectsIt(boolean backwards) {
        // Given
        machines();
        alertOf("1", WS5, "2026-02-03T11:00:00Z", null);
        String wrong = "2026-02-03T12:00:01Z";
        String right = "2026-02-03T12:00:02Z";

        // When
        alertOf("2", backwards ? WS6 : WS5, "2026-02-03T11:30:00Z", backwards ? right : wrong);
        await().untilAsserted(() -> assertThat(refs())
                .containsExactlyInAnyOrder(backwards ? new String[] {"1", "2"} : new String[] {"1,2"}));
        alertOf("2", backwards ? WS5 : WS6, "2026-02-03T11:30:00Z", backwards ? wrong : right);
        await().untilAsserted(() -> assertThat(refs()).containsExactlyInAnyOrder("1", "2"));
        alertOf("3", WS5, "2026-02-03T12:10:00Z", null);
        alertOf("4", WS6, "2026-02-03T11:40:00Z", null);

        // Then
        await().untilAsserted(() -> assertThat(refs()).containsExactlyInAnyOrder("1", "2,4", "3"));
    }

    @Test
    void shouldKeepWhatAPersonHasInHandsAndLinkNothingMoreByTheMachineTheSourceTookBack() {
        // Given
        machines();
        alertOf("1", WS5, "2026-02-03T11:00:00Z", null);
        alertOf("2", WS5, "2026-02-03T11:30:00Z", "2026-02-03T12:00:01Z");
        await().untilAsserted(() -> assertThat(refs()).containsExactly("1,2"));
        TestDatabase.update("update incident set assigned_to = 'ann'");

        // When
        alertOf("2", WS6, "2026-02-03T11:30:00Z", "2026-02-03T12:00:02Z");
        await().until(() -> TestDatabase.count("alert where not correlated") == 0);
        alertOf("3", WS5, "2026-02-03T12:10:00Z", null);
        alertOf("4", WS6, "2026-02-03T11:40:00Z", null);

        // Then
        await().untilAsserted(() -> assertThat(refs()).containsExactlyInAnyOrder("1,2,4", "3"));
    }

    private static void machines() {
        await().until(() -> TestDatabase.count("event_position where consumer = 'correlation'") > 0);
        sighted();
        events(connection("203.0.113.5", "2026-02-03T09:15:27Z", 1)
                        .replace(MACHINE, WS5)
                        .replace("WS6.", "WS5."))
                .statusCode(200);
    }

    private static void alertOf(String ref, String machine, String time, String version) {
        send("{\"source\":\"edr\",\"sourceRef\":\"" + ref + "\",\"severity\":\"Low\",\"title\":\"Alert " + ref
                + "\",\"category\":\"Execution\",\"machineId\":\"" + machine + "\",\"firstEventTime\":\"" + time
                + "\""
                + (version == null ? "" : ",\"lastUpdateTime\":\"" + version + "\"") + "}");
    }

    private static void send(String alert) {
        with("Alert.ReadWrite.All").body(alert).post("/v1/alerts").then().statusCode(oneOf(200, 201));
    }

    private static List<Object> refs() {
        return TestDatabase.column(
                "select string_agg(source_ref, ',' order by source_ref) from alert where incident_id is not null group by incident_id");
    }

    private static String machine(int number) {
        return Integer.toString(number).repeat(20);
    }

    private static List<Object> partition() {
        return TestDatabase.column(
                "select string_agg(id, ',' order by id) from alert where incident_id is not null group by incident_id order by 1");
    }
}
