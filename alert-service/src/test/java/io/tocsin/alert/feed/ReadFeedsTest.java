package io.tocsin.alert.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ReadFeedsTest extends FeedTest {

    @Test
    void shouldTellEveryChangeOnceInOrderWhenAPageFollowsAnother() {
        // Given
        alert("da1_1");
        alert("da1_2");
        touch("da1_1");
        Response first = page("?limit=2");

        // When
        Response second = page("?limit=2&cursor=" + next(first));

        // Then
        assertThat(changes(first)).containsExactly("Created da1_1", "Created da1_2");
        first.then().header("Tocsin-More", is("true"));
        assertThat(changes(second)).containsExactly("Updated da1_1");
        second.then().header("Tocsin-More", is("false"));
        assertThat(changes(page("?cursor=" + next(second)))).isEmpty();
    }

    @Test
    void shouldEndAPageBeforeItsEvidenceIsTooMuch() {
        // Given
        for (int i = 1; i <= 3; i++) {
            alert("da1_" + i);
            TestDatabase.update(
                    "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, process_command_line)"
                            + " values (cast(? as uuid), ?, 0, 'Process', 1, repeat('x', 2500000))",
                    Tokens.TENANT,
                    "da1_" + i);
        }
        touch("da1_1");

        // When
        Response first = page("");
        Response second = page("?cursor=" + next(first));
        Response third = page("?cursor=" + next(second));

        // Then
        assertThat(changes(first)).containsExactly("Created da1_1");
        first.then().header("Tocsin-More", is("true"));
        assertThat(changes(second)).containsExactly("Created da1_2");
        assertThat(changes(third)).containsExactly("Created da1_3");
        assertThat(changes(page("?cursor=" + next(third)))).containsExactly("Updated da1_1");
    }

    @Test
    void shouldGoOnBehindALineWhenAReaderCrashedInTheMiddleOfAPage() {
        // Given
        for (int i = 1; i <= 3; i++) {
            alert("da1_" + i);
        }
        String line = page("").asString().lines().toList().get(1);

        // When
        Response rest = page("?cursor=" + JsonPath.from(line).getString("cursor"));

        // Then
        assertThat(changes(rest)).containsExactly("Created da1_3");
    }

    @Test
    void shouldLeaveOutWhatNobodySeesWhenCorrelationOnlyTicksAnAlertOff() {
        alert("da1_1");
        TestDatabase.update("update alert set correlated = false");
        TestDatabase.update("update alert set correlated = true");

        assertThat(changes(page(""))).containsExactly("Created da1_1");
    }

    @Test
    void shouldHoldBackWhatIsCommittedUntilWhoBeganEarlierHasEnded() throws Exception {
        // Given
        try (var early = TestDatabase.open()) {
            early.setAutoCommit(false);
            alert(early, "da1_early");
            alert("da1_late");
            Response before = page("");

            // When
            early.commit();

            // Then
            assertThat(changes(before)).isEmpty();
            assertThat(changes(page("?cursor=" + next(before))))
                    .containsExactly("Created da1_early", "Created da1_late");
        }
    }

    @Test
    void shouldBeginWithWhatComesNextWhenReadFromNow() {
        // Given
        alert("da1_1");
        Response now = page("?from=now");

        // When
        alert("da1_2");

        // Then
        assertThat(changes(now)).isEmpty();
        assertThat(changes(page("?cursor=" + next(now)))).containsExactly("Created da1_2");
    }

    @Test
    void shouldBeginAtATimeWhenReadFromIt() {
        // Given
        for (int i = 1; i <= 9; i++) {
            alert("da1_" + i);
        }
        TestDatabase.update(
                "update feed_change set changed_ticks = changed_ticks - (10 - change_id) * 36000000000 where change_id < 7");
        String time = java.time.Instant.now().minusSeconds(4 * 3600 + 1800).toString();

        // When
        List<String> since = changes(page("?from=" + time));

        // Then
        assertThat(since).first().isEqualTo("Created da1_6");
        assertThat(since).hasSize(4);
    }

    @Test
    void shouldLetThroughOnlyWhatTheFilterDoesAndGoOnBehindTheRest() {
        // Given
        alert(Tokens.TENANT, "da1_1", "Low", null);
        alert(Tokens.TENANT, "da1_2", "High", null);
        alert(Tokens.TENANT, "da1_3", "Low", null);

        // When
        Response page = page("?$filter=severity%20eq%20'High'");

        // Then
        assertThat(changes(page)).containsExactly("Created da1_2");
        assertThat(changes(page("?cursor=" + next(page)))).isEmpty();
    }

    @Test
    void shouldWaitForTheFirstLineWhenAskedTo() throws Exception {
        // Given
        String cursor = next(page("?from=now"));
        var later = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            alert("da1_1");
        });

        // When
        Response page = page("?wait=20&cursor=" + cursor);

        // Then
        assertThat(changes(page)).containsExactly("Created da1_1");
        later.join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cursor=x", "cursor=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor=%C3%A4"})
    void shouldRefuseWhatIsNoCursorOfTheFeed(String query) {
        page("?" + query).then().statusCode(400).body("error.code", is("InvalidCursor"));
    }

    @Test
    void shouldRefuseACursorWhenAnyBitOfItWasChanged() {
        alert("da1_1");
        byte[] cursor = Base64.getUrlDecoder().decode(next(page("")));

        for (int i = 0; i < cursor.length; i += 5) {
            byte[] changed = cursor.clone();
            changed[i] ^= 4;
            page("?cursor=" + Base64.getUrlEncoder().withoutPadding().encodeToString(changed))
                    .then()
                    .statusCode(400)
                    .body("error.code", is("InvalidCursor"));
        }
    }

    @Test
    void shouldRefuseACursorOfAnotherFeedOrTenant() {
        String cursor = next(page(""));

        with("Incident.Read.All")
                .get("/v1/feeds/incidents?cursor=" + cursor)
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidCursor"));
        with().header("Authorization", "Bearer " + Tokens.of(Tokens.OTHER_TENANT, "a", "Alert.Read.All"))
                .get("/v1/feeds/alerts?cursor=" + cursor);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"from=yesterday", "limit=0", "limit=5001", "limit=x", "wait=61", "wait=-1", "cursor=a&from=now"})
    void shouldRefuseWhatItCannotRead(String query) {
        page("?" + query).then().statusCode(400).body("error.code", is("InvalidInput"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$top=5", "$orderby=id", "$filter=nonsense%20eq%201", "$filter="})
    void shouldRefuseAQueryOptionAFeedHasNot(String query) {
        page("?" + query).then().statusCode(400).body("error.code", is("ODataError"));
    }

    @Test
    void shouldStreamWhatIsThereAndWhatComesWhenEventsAreAccepted() throws Exception {
        // Given
        alert("da1_1");

        // When
        try (Reader reader = read("/v1/feeds/alerts")) {
            Event hint = reader.next();
            Event first = reader.event();
            alert("da1_2");
            Event second = reader.event();

            // Then
            assertThat(reader.status()).isEqualTo(200);
            assertThat(reader.header("content-type")).startsWith("text/event-stream");
            assertThat(reader.header("x-accel-buffering")).isEqualTo("no");
            assertThat(hint.fields()).containsKey("retry");
            assertThat(first.name()).isEqualTo("alert.created");
            assertThat(JsonPath.from(first.data()).getString("alert.id")).isEqualTo("da1_1");
            assertThat(JsonPath.from(first.data()).getString("cursor")).isEqualTo(first.id());
            assertThat(JsonPath.from(second.data()).getString("alert.id")).isEqualTo("da1_2");
        }
    }

    @Test
    void shouldGoOnBehindTheLastEventWhenAReaderComesBack() throws Exception {
        // Given
        for (int i = 1; i <= 3; i++) {
            alert("da1_" + i);
        }
        String last;
        try (Reader reader = read("/v1/feeds/alerts")) {
            last = reader.events(2).getLast().id();
        }

        // When
        try (Reader again = read("/v1/feeds/alerts?from=beginning", "Last-Event-ID", last)) {

            // Then
            assertThat(JsonPath.from(again.event().data()).getString("alert.id"))
                    .isEqualTo("da1_3");
        }
    }

    @Test
    void shouldSayThatItIsStillThereAndMoveItsReaderWhenNothingComesThrough() throws Exception {
        try (Reader reader = read("/v1/feeds/alerts?from=now&$filter=severity%20eq%20'Low'")) {
            alert("da1_1");
            reader.next();

            Event heartbeat = reader.next();

            assertThat(heartbeat.data()).isNull();
            assertThat(heartbeat.fields()).containsKey("");
            await().until(() -> changes(page("?cursor=" + reader.next().id())).isEmpty());
        }
    }

    @Test
    void shouldRefuseOneStreamTooManyAndTakeItWhenAnotherHasEnded() throws Exception {
        // Given
        var open = new java.util.ArrayList<Reader>();
        String token = Tokens.of(Tokens.TENANT, "many-streams", "Alert.Read.All");
        for (int i = 0; i < 10; i++) {
            open.add(readAs(token, "/v1/feeds/alerts"));
        }

        // When
        Reader refused = readAs(token, "/v1/feeds/alerts");

        // Then
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("retry-after")).isNotNull();
        refused.close();
        open.removeFirst().close();
        await().until(() -> {
            Reader again = readAs(token, "/v1/feeds/alerts");
            again.close();
            return again.status() == 200;
        });
        for (Reader reader : open) {
            reader.close();
        }
    }

    @Test
    void shouldTellEveryStepOfAnIncidentWhenAlertsMakeOne() {
        // Given
        sighted();
        with("Alert.ReadWrite.All")
                .body(
                        "{\"source\":\"edr\",\"sourceRef\":\"1\",\"title\":\"Beacon\",\"severity\":\"High\",\"machineId\":\"%s\"}"
                                .formatted(MACHINE))
                .post("/v1/alerts")
                .then()
                .statusCode(201);
        await().until(() -> TestDatabase.count("alert where correlated") == 1);

        // When
        List<JsonPath> lines = with("Incident.Read.All")
                .get("/v1/feeds/incidents")
                .asString()
                .lines()
                .map(JsonPath::from)
                .filter(line -> line.get("change") != null)
                .toList();

        // Then
        assertThat(lines.getFirst().getString("change")).isEqualTo("Created");
        assertThat(lines.getLast().getString("incident.incidentName")).contains("Beacon");
        assertThat(changes(page(""))).first().asString().startsWith("Created");
        assertThat(changes(page(""))).last().asString().startsWith("Updated");
    }

    @Test
    void shouldStreamEventsAsRecordsOfTheirTables() {
        // Given
        sighted();

        // When
        Response page = with("AdvancedHunting.Read.All")
                .get("/v1/feeds/events?$filter=table%20eq%20'DeviceNetworkEvents'%20and%20machineId%20eq%20'" + MACHINE
                        + "'");

        // Then
        JsonPath record = JsonPath.from(page.asString().lines().findFirst().orElseThrow());
        assertThat(record.getString("category")).isEqualTo("AdvancedHunting-DeviceNetworkEvents");
        assertThat(record.getString("tenantId")).isEqualTo(Tokens.TENANT);
        assertThat(record.getString("properties.Timestamp")).isEqualTo("2026-02-03T09:15:27.1043382Z");
        assertThat(record.getString("properties.RemoteIP")).isEqualTo("203.0.113.5");
        assertThat(record.getInt("properties.RemotePort")).isEqualTo(443);
        assertThat(record.getMap("properties")).containsKeys("RemoteUrl", "MachineGroup", "AdditionalFields");
        assertThat(with("AdvancedQuery.Read.All")
                        .get("/v1/feeds/events?$filter=table%20eq%20'DeviceFileEvents'")
                        .asString())
                .hasLineCount(1)
                .contains("\"more\":false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DeviceInfo | ClientVersion PublicIP OSArchitecture OSPlatform #OSBuild !IsAzureADJoined JoinType AadDeviceId"
                        + " LoggedOnUsers RegistryDeviceTag OSVersion MachineGroup #ReportId OnboardingStatus AdditionalFields"
                        + " DeviceCategory DeviceType DeviceSubtype Model Vendor OSDistribution OSVersionInfo MergedDeviceIds"
                        + " MergedToDeviceId !IsInternetFacing SensorHealthState !IsExcluded ExclusionReason ExposureLevel"
                        + " AssetValue DeviceManualTags DeviceDynamicTags ConnectivityType HostDeviceId",
                "DeviceNetworkInfo | NetworkAdapterName MacAddress NetworkAdapterType NetworkAdapterStatus TunnelType"
                        + " ConnectedNetworks DnsAddresses IPv4Dhcp IPv6Dhcp DefaultGateways IPAddresses #ReportId"
                        + " NetworkAdapterVendor",
                "DeviceFileCertificateInfo | SHA1 !IsSigned SignatureType Signer SignerHash Issuer IssuerHash"
                        + " CertificateSerialNumber CrlDistributionPointUrls CertificateCreationTime"
                        + " CertificateExpirationTime CertificateCountersignatureTime !IsTrusted !IsRootSignerMicrosoft"
                        + " #ReportId",
                "DeviceProcessEvents | ActionType FileName SHA1 #ProcessId ProcessCommandLine AccountName AccountUpn #ReportId",
                "DeviceNetworkEvents | ActionType RemoteIP #RemotePort Protocol LocalIPType InitiatingProcessAccountName #ReportId",
                "DeviceFileEvents | ActionType FileName MD5 RequestProtocol ShareName #ReportId",
                "DeviceRegistryEvents | ActionType RegistryKey RegistryValueName RegistryValueType #ReportId",
                "DeviceLogonEvents | ActionType AccountName AccountDomain LogonType RemoteIP !IsLocalAdmin #ReportId",
                "DeviceImageLoadEvents | ActionType FileName FolderPath SHA256 #FileSize #ReportId",
                "DeviceEvents | ActionType RemoteUrl RegistryKey FileOriginUrl #LogonId #ReportId"
            })
    void shouldGiveBackEveryColumnOfATableAsItCame(String table, String columns) {
        // Given
        var row = JsonNodeFactory.instance
                .objectNode()
                .put("Timestamp", "2026-02-03T09:15:27.1043382Z")
                .put("DeviceId", MACHINE)
                .put("DeviceName", "ws6.corp.example");
        for (String column : columns.split(" ")) {
            switch (column.charAt(0)) {
                case '#' -> row.put(column.substring(1), 7);
                case '!' -> row.put(column.substring(1), true);
                default -> row.put(column, "a" + column.toLowerCase(Locale.ROOT));
            }
        }
        if (row.has("RemoteIP")) {
            row.put("RemoteIP", "203.0.113.5");
        }
        var record = JsonNodeFactory.instance.objectNode().put("category", "AdvancedHunting-" + table);
        record.set("properties", row);
        events(record.toString()).statusCode(200);

        // When
        Map<String, Object> told = JsonPath.from(with("AdvancedHunting.Read.All")
                        .get("/v1/feeds/events?$filter=table%20eq%20'" + table + "'")
                        .asString()
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .getMap("properties");

        // Then
        Map<String, Object> sent = JsonPath.from(row.toString()).getMap("");
        sent.replace("MachineGroup", null); // it is ours to say which group a machine is in
        assertThat(told).containsAllEntriesOf(sent);
        if (!sent.containsKey("ActionType")) {
            assertThat(told.keySet()).isEqualTo(union(sent.keySet(), "MachineGroup"));
            assertThat(told.keySet().stream().limit(sent.size())).containsExactlyElementsOf(sent.keySet());
        }
    }

    private static Set<String> union(Set<String> names, String one) {
        var all = new LinkedHashSet<>(names);
        all.add(one);
        return all;
    }

    @Test
    void shouldKeepTheOrderWhenTheIdsOfTransactionsGetAnotherDigit() {
        // Given
        alert("da1_1");
        alert("da1_2");
        alert("da1_3");
        TestDatabase.update("update feed_change set change_xid = cast(case subject when 'da1_1' then '9'"
                + " when 'da1_2' then '10' else '100' end as xid8)");

        // When
        Response first = page("?limit=2");
        Response next = page("?cursor=" + first.header("Tocsin-Next-Cursor"));

        // Then
        assertThat(first.asString()
                        .lines()
                        .limit(2)
                        .map(line -> JsonPath.from(line).getString("alert.id")))
                .containsExactly("da1_1", "da1_2");
        assertThat(next.asString()
                        .lines()
                        .limit(1)
                        .map(line -> JsonPath.from(line).getString("alert.id")))
                .containsExactly("da1_3");
    }

    @Test
    void shouldBeFollowedFromTheBeginningWhenWhatIsKeptIsOlderThanItsRetention() {
        // Given
        for (int i = 1; i <= 5; i++) {
            alert("da1_" + i);
        }
        olderThanTheRetention();

        // When
        Response first = page("?limit=2");
        Response second = page("?limit=2&cursor=" + next(first));
        Response third = page("?limit=2&cursor=" + next(second));

        // Then
        assertThat(changes(first)).containsExactly("Created da1_1", "Created da1_2");
        assertThat(changes(second)).containsExactly("Created da1_3", "Created da1_4");
        assertThat(changes(third)).containsExactly("Created da1_5");
    }

    @Test
    void shouldGoOnBehindAnEventThatIsOlderThanItsRetentionWhenAReaderComesBack() throws Exception {
        // Given
        alert("da1_1");
        alert("da1_2");
        olderThanTheRetention();
        String last;
        try (Reader reader = read("/v1/feeds/alerts")) {
            last = reader.event().id();
        }

        // When
        try (Reader again = read("/v1/feeds/alerts", "Last-Event-ID", last)) {

            // Then
            assertThat(again.status()).isEqualTo(200);
            assertThat(JsonPath.from(again.event().data()).getString("alert.id"))
                    .isEqualTo("da1_2");
        }
    }

    /// And not forgotten yet.
    private static void olderThanTheRetention() {
        TestDatabase.update(
                "update feed_change set changed_ticks = changed_ticks - (30 * 86400 + 1800) * 10000000::bigint");
    }

    @Test
    void shouldSayWhereToBeginWhenWhatCameBehindACursorIsNotKept() throws Exception {
        // Given
        String before = next(page(""));
        alert("da1_1");
        alert("da1_2");
        List<String> cursors = page("").asString()
                .lines()
                .map(line -> JsonPath.from(line).getString("cursor"))
                .toList();
        forget();

        // When
        Response missedBoth = page("?cursor=" + before);
        Response missedOne = page("?cursor=" + cursors.getFirst());
        Response missedNothing = page("?cursor=" + cursors.get(1));
        Response beginning = page("");
        Response now = page("?from=now");
        Response since = page("?from=2020-01-01T00:00:00Z");
        alert("da1_3");

        // Then
        missedBoth.then().statusCode(410).body("error.code", is("CursorExpired"));
        missedOne.then().statusCode(410).body("error.code", is("CursorExpired"));
        try (Reader stream = read("/v1/feeds/alerts", "Last-Event-ID", cursors.getFirst())) {
            assertThat(stream.status()).isEqualTo(410);
        }
        for (Response level : List.of(missedNothing, beginning, now, since)) {
            assertThat(changes(level)).isEmpty();
            assertThat(changes(page("?cursor=" + next(level)))).containsExactly("Created da1_3");
        }
    }

    private static void forget() {
        TestDatabase.update("update feed_change set changed_ticks = changed_ticks - 31 * 864000000000");
        await().until(() -> {
            TestDatabase.update(
                    "update scheduled_tasks_alert set execution_time = now() where task_name = 'prune-feed' and not picked");
            return TestDatabase.count("feed_change") == 0;
        });
    }

    @Test
    void shouldSayWhereToBeginWhenEventsBehindACursorWereDropped() {
        // Given
        String before = next(eventsOf(Tokens.TENANT, "?from=now"));
        String ofOthers = next(eventsOf(Tokens.OTHER_TENANT, "?from=now"));
        events(connection("203.0.113.5", "2026-01-03T09:15:27Z", 1)).statusCode(200);
        String between = next(eventsOf(Tokens.TENANT, ""));
        events(connection("203.0.113.5", "2026-02-03T09:15:27Z", 2)).statusCode(200);
        TestDatabase.update("update device_event set received_ticks = 0 where report_id = 1");

        // When
        TestDatabase.update(
                "update scheduled_tasks_alert set execution_time = now() where task_name = 'telemetry-retention' and not picked");
        await().until(() -> TestDatabase.count("device_event") == 1);

        // Then
        eventsOf(Tokens.TENANT, "?cursor=" + before).then().statusCode(410).body("error.code", is("CursorExpired"));
        for (String query : List.of("?cursor=" + between, "?from=beginning")) {
            assertThat(eventsOf(Tokens.TENANT, query)
                            .then()
                            .statusCode(200)
                            .extract()
                            .asString())
                    .contains("\"ReportId\":2")
                    .doesNotContain("\"ReportId\":1");
        }
        eventsOf(Tokens.OTHER_TENANT, "?cursor=" + ofOthers).then().statusCode(200);
    }

    private static Response eventsOf(String tenant, String query) {
        return pageAs(Tokens.of(tenant, "siem", "AdvancedHunting.Read.All"), "events" + query);
    }

    @Test
    void shouldHideWhatIsOutOfReachFromARestrictedPerson() {
        // Given
        TestDatabase.update(
                "insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids, user_group_names, rules)"
                        + " values (cast(? as uuid), 1, 1, 'Finance', 'NoAutomatedResponse', 0, '{soc}', '{SOC}', '{}')",
                Tokens.TENANT);
        alert(Tokens.TENANT, "da1_1", "High", MACHINE);
        alert(Tokens.TENANT, "da1_2", "High", null);

        // When
        Response page = pageAs(Tokens.user("eve@corp.example", "Alert.Read"), "alerts");

        // Then
        assertThat(changes(page)).containsExactly("Created da1_2");
    }
}
