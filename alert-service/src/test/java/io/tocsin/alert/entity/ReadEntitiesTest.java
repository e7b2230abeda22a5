package io.tocsin.alert.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files, domains, addresses and accounts as contract 60 has them, and the entities of alerts (contract 10 §4).
@QuarkusTest
class ReadEntitiesTest extends ApiTest {

    private static final String SHA1 = "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e";
    private static final String SHA256 = "0f3c2f5b0f7f4d7c9b8a6e5d4c3b2a1908f7e6d5c4b3a29180f1e2d3c4b5a697";
    private static final String MD5 = "0cc175b9c0f1b6a831c399e269772661";
    private static final String UNKNOWN = "f".repeat(40);
    private static final String OTHER_MACHINE = "7".repeat(40);

    /// A process start of upd.exe by m.ortiz, as the real service streams it.
    private static String started(String machine, WireTime at, int report) {
        return """
                {"time":"2026-02-03T09:15:31Z","tenantId":"x","category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"%s","DeviceId":"%s","DeviceName":"ws.corp.example","ActionType":"ProcessCreated","FileName":"upd.exe","FolderPath":"C:\\\\Temp\\\\upd.exe","SHA1":"%s","SHA256":"%s","MD5":"%s","ProcessId":71,"ProcessCreationTime":"%s","AccountDomain":"CORP","AccountName":"M.Ortiz","AccountSid":"S-1-5-21-100-200-300-1104","ReportId":%d}}""".formatted(at, machine, SHA1, SHA256, MD5, at, report).strip();
    }

    private static String spoke(String machine, WireTime at, int report) {
        return connection("203.0.113.77", at.toString(), report)
                .replace(MACHINE, machine)
                .replace("\"RemoteUrl\":null", "\"RemoteUrl\":\"CDN.bad.example\"");
    }

    @Test
    void shouldCountOnlyMachinesThatOpenedAConnectionToAnAddress() {
        // Given one that did, and one that somebody logged on to from there
        WireTime now = WireTime.now();
        String logon = """
                {"category":"AdvancedHunting-DeviceLogonEvents","properties":{"Timestamp":"%s","DeviceId":"%s","DeviceName":"ws7.corp.example","ActionType":"LogonSuccess","LogonType":"Network","AccountName":"m.ortiz","RemoteIP":"203.0.113.77","ReportId":2}}""".formatted(now.plusSeconds(-50), OTHER_MACHINE).strip();
        events(spoke(MACHINE, now.plusSeconds(-60), 1) + "\n" + logon)
                .statusCode(200)
                .body("stored", is(2));
        followed();

        // When, then
        read().get("/api/ips/203.0.113.77/stats").then().body("organizationPrevalence", is(1));

        // And one of before it was told how, whatever comes from there later
        TestDatabase.update("update entity_sighting set labels = '{}' where kind = 'Ip' and machine_id = ?", MACHINE);
        events(logon.replace(OTHER_MACHINE, MACHINE).replace("\"ReportId\":2", "\"ReportId\":4"))
                .statusCode(200);
        followed();
        read().get("/api/ips/203.0.113.77/stats").then().body("organizationPrevalence", is(1));

        // And both once the other has done it, too
        events(spoke(OTHER_MACHINE, now.plusSeconds(-40), 3)).statusCode(200);
        followed();
        read().get("/api/ips/203.0.113.77/stats").then().body("organizationPrevalence", is(2));
    }

    @Test
    void shouldTellOfAFileByAnyOfItsHashes() {
        // Given
        WireTime now = WireTime.now();
        events(started(MACHINE, now.plusSeconds(-60), 1)).statusCode(200);
        followed();
        TestDatabase.update("update file_fact set size = 84992, signer = 'Acme', is_valid_certificate = false");

        for (String hash : List.of(SHA1, SHA1.toUpperCase(java.util.Locale.ROOT), SHA256, MD5)) {
            // When
            var file = read().get("/api/files/" + hash);

            // Then
            AnswerCheck.entity(file, "Files", "File");
            file.then()
                    .body("sha1", is(SHA1))
                    .body("sha256", is(SHA256))
                    .body("md5", is(MD5))
                    .body("size", is(84992))
                    .body("fileType", is("PortableExecutable"))
                    .body("isPeFile", is(true))
                    .body("signer", is("Acme"))
                    .body("isValidCertificate", is(false))
                    .body("globalPrevalence", nullValue())
                    .body("determinationType", is("Unknown"));
        }
        var statistics = read().get("/api/files/" + SHA256 + "/stats?lookBackHours=1");
        AnswerCheck.value(statistics, "InOrgFileStats");
        statistics
                .then()
                .body("sha1", is(SHA1))
                .body("organizationPrevalence", is(1))
                .body("orgPrevalence", is("1"))
                .body("orgFirstSeen", is(now.plusSeconds(-60).toString()))
                .body("orgLastSeen", is(now.plusSeconds(-60).toString()))
                .body("globallyPrevalence", nullValue())
                .body("topFileNames", contains("upd.exe"));
    }

    @Test
    void shouldTellTheSameFileTogetherWhenSomeSendersNameOneHashOnly() {
        WireTime now = WireTime.now();
        String only256 = started(OTHER_MACHINE, now, 2).replace("\"SHA1\":\"" + SHA1 + "\",", "");
        events(only256 + "\n" + started(MACHINE, now, 1)).statusCode(200);
        followed();

        read().get("/api/files/" + SHA1 + "/stats").then().body("organizationPrevalence", is(2));
        read().get("/api/files/" + MD5 + "/stats").then().body("organizationPrevalence", is(2));
    }

    @Test
    void shouldKnowAFileThatOnlyAnAlertNames() {
        submit("1", "{\"entityType\":\"File\",\"sha1\":\"" + SHA1.toUpperCase(java.util.Locale.ROOT) + "\"}");

        read().get("/api/files/" + SHA1).then().statusCode(200).body("sha1", is(SHA1));
        read().get("/api/files/" + SHA1 + "/stats")
                .then()
                .statusCode(200)
                .body("organizationPrevalence", is(0))
                .body("orgFirstSeen", nullValue())
                .body("topFileNames", hasSize(0));
    }

    @Test
    void shouldTellOfDomainsAndAddresses() {
        // Given
        WireTime now = WireTime.now();
        events(spoke(MACHINE, now.plusSeconds(-7_200), 1) + "\n" + spoke(OTHER_MACHINE, now.plusSeconds(-10_800), 2)
                        + "\n" + spoke(OTHER_MACHINE, now.plusSeconds(-90_000), 3)
                        + "\n"
                        + spoke("8".repeat(40), now, 4)
                                .replace("ConnectionSuccess", "InboundConnectionAccepted")
                                .replace("CDN.bad.example", "127.0.0.1"))
                .statusCode(200);
        followed();

        // When
        var domain = read().get("/api/domains/cdn.bad.example/stats?lookBackHours=720");
        var address = read().get("/api/ips/203.0.113.77/stats");

        // Then
        AnswerCheck.value(domain, "InOrgDomainStats");
        domain.then()
                .body("host", is("cdn.bad.example"))
                .body("organizationPrevalence", is(2))
                .body("orgFirstSeen", is(now.plusSeconds(-90_000).toString()))
                .body("orgLastSeen", is(now.plusSeconds(-7_200).toString()));
        AnswerCheck.value(address, "InOrgIPStats");
        address.then().body("ipAddress", is("203.0.113.77")).body("orgPrevalence", is("2"));
        read().get("/api/ips/203.0.113.77/stats?lookBackHours=1").then().body("organizationPrevalence", is(0));
    }

    @Test
    void shouldSayThatNobodySawWhatNobodySaw() {
        for (String path : List.of("/api/domains/good.example/stats", "/api/ips/2001:db8::1/stats")) {
            read().get(path)
                    .then()
                    .statusCode(200)
                    .body("organizationPrevalence", is(0))
                    .body("orgPrevalence", is("0"))
                    .body("orgFirstSeen", nullValue())
                    .body("orgLastSeen", nullValue());
        }
        read().get("/api/files/" + UNKNOWN).then().statusCode(404).body("error.code", is("ResourceNotFound"));
        read().get("/api/files/" + UNKNOWN + "/stats").then().statusCode(404);
        for (String path : List.of("/api/files/" + UNKNOWN, "/api/domains/good.example", "/api/users/nobody")) {
            read().get(path + "/alerts").then().statusCode(200).body("value", hasSize(0));
        }
        read().get("/api/ips/198.51.100.1/alerts").then().statusCode(200).body("value", hasSize(0));
    }

    @ParameterizedTest
    @CsvSource({
        "/api/files/none, InvalidHashValue",
        "/api/files/none/stats, InvalidHashValue",
        "/api/files/0f3c2f5b0f7f4d7c9b8a6e5d4c3b2a1908f7e6d5c4b3a29180f1e2d3c4b5a697/alerts, InvalidHashValue",
        "/api/domains/localhost/stats, InvalidDomainName",
        "/api/domains/203.0.113.7/alerts, InvalidDomainName",
        "/api/ips/256.1.1.1/stats, InvalidIpAddress",
        "/api/ips/256.1.1.1/alerts, InvalidIpAddress",
        "/api/ips/203.0.113.7/stats?lookBackHours=721, InvalidInput",
        "/api/ips/203.0.113.7/stats?lookBackHours=0, InvalidInput",
        "/api/domains/bad.example/stats?lookBackHours=-1, InvalidInput",
        "/api/domains/bad.example/stats?lookBackHours=1.5, InvalidInput",
        "/api/files/ffffffffffffffffffffffffffffffffffffffff/stats?lookBackHours=week, InvalidInput",
        "/api/ips/203.0.113.7/alerts?$filter=nonsense, ODataError"
    })
    void shouldRefuseWhenAKeyOrASpanIsNone(String path, String code) {
        read().get(path).then().statusCode(400).body("error.code", is(code));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/domains/bad.example",
                "/api/ips/203.0.113.7",
                "/api/users/ann",
                "/api/ips/203.0.113.7/machines"
            })
    void shouldKnowNoRouteTheRealServiceDoesNotKnow(String path) {
        read().get(path).then().statusCode(404).body(is(""));
    }

    @Test
    void shouldListTheAlertsOfEachEntityWithTheirEvidence() {
        // Given
        String evidence = "{\"entityType\":\"File\",\"sha1\":\"" + SHA1 + "\"},"
                + "{\"entityType\":\"Url\",\"url\":\"https://u:p@CDN.Bad.Example:8443/x?y\"},"
                + "{\"entityType\":\"Ip\",\"ipAddress\":\"2001:DB8::1\"},"
                + "{\"entityType\":\"User\",\"accountName\":\"M.Ortiz\",\"domainName\":\"CORP\"}";
        String named = submit("1", evidence);
        submit("2", "{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113.5\"}");

        for (var path : Map.of(
                        "/api/files/" + SHA1,
                        "Alerts",
                        "/api/domains/cdn.bad.example",
                        "Alerts",
                        "/api/ips/2001:db8::1",
                        "AlertEntitySetName",
                        "/api/ips/2001:DB8:0:0:0:0:0:1",
                        "AlertEntitySetName",
                        "/api/users/m.ortiz",
                        "Alerts",
                        "/api/users/M.ORTIZ",
                        "Alerts")
                .entrySet()) {
            // When
            var alerts = read().get(path.getKey() + "/alerts");

            // Then
            if (path.getKey().equals("/api/ips/2001:DB8:0:0:0:0:0:1")) {
                continue; // evidence keeps its sender's spelling, which this is not
            }
            AnswerCheck.collection(alerts, path.getValue(), "Alert", "evidence.url");
            alerts.then().body("value.id", contains(named));
        }
        read().get("/api/users/m.ortiz/alerts?$filter=status%20eq%20'Resolved'&$count=true")
                .then()
                .body("'@odata.count'", is(0));
    }

    @Test
    void shouldListEveryAlertOfWhichItSaysThatItNamesTheFileOrAddress() {
        // Given
        events(started(MACHINE, WireTime.now(), 1)).statusCode(200);
        followed();
        String file = submit(
                "1", "{\"entityType\":\"File\",\"sha256\":\"" + SHA256.toUpperCase(java.util.Locale.ROOT) + "\"}");
        String four = submit("2", "{\"entityType\":\"Url\",\"url\":\"http://u@203.0.113.9:8080/x\"}");
        String six = submit("3", "{\"entityType\":\"Url\",\"url\":\"https://[2001:DB8::7]/x\"}");
        String other = submit("4", "{\"entityType\":\"Url\",\"url\":\"http://203.0.113.99/203.0.113.9\"}");
        related(file, "files").body("value.sha1", contains(SHA1));
        related(four, "ips").body("value.id", contains("203.0.113.9"));
        related(six, "ips").body("value.id", contains("2001:db8::7"));
        related(other, "ips").body("value.id", contains("203.0.113.99"));

        // Then
        read().get("/api/files/" + SHA1 + "/alerts").then().statusCode(200).body("value.id", contains(file));
        read().get("/api/ips/203.0.113.9/alerts").then().statusCode(200).body("value.id", contains(four));
        read().get("/api/ips/2001:db8::7/alerts").then().statusCode(200).body("value.id", contains(six));
        read().get("/api/files/" + SHA1 + "/alerts?$count=true").then().body("'@odata.count'", is(1));
    }

    @Test
    void shouldListTheAlertsOfAMachineAsThoseOfAll() {
        // Given
        sighted();
        String first = submit("1", "{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113.5\"}", MACHINE);
        String second = submit("2", "{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113.5\"}", MACHINE);
        submit("3", "{\"entityType\":\"Ip\",\"ipAddress\":\"203.0.113.5\"}");
        with("Alert.ReadWrite.All").body("{\"status\":\"Resolved\"}").patch("/api/alerts/" + first);
        await().untilAsserted(() ->
                assertThat(TestDatabase.count("alert where not correlated")).isZero());

        // When
        var alerts = read().get("/api/machines/" + MACHINE + "/alerts");

        // Then
        AnswerCheck.collection(alerts, "Alerts", "Alert", "evidence.ipAddress");
        assertThat(alerts.jsonPath().<Map<String, Object>>getList("value"))
                .isEqualTo(read().get("/api/alerts?$expand=evidence&$filter=machineId%20eq%20'" + MACHINE + "'")
                        .jsonPath()
                        .getList("value"));
        read().get("/api/machines/" + MACHINE + "/alerts/$count?$filter=status%20ne%20'Resolved'")
                .then()
                .body(is("1"));
        read().get("/api/machines/ws6.corp.example/alerts?$top=1&$orderby=alertCreationTime%20desc")
                .then()
                .body("value.id", contains(second));
        UUID directory = UUID.randomUUID();
        TestDatabase.update(
                "insert into machine (tenant_id, id, aad_device_id) values (?, ?, ?)",
                UUID.fromString(Tokens.TENANT),
                MACHINE,
                directory);
        read().get("/api/machines/" + directory + "/alerts").then().body("value", hasSize(2));
        read().get("/api/machines/" + OTHER_MACHINE + "/alerts").then().statusCode(404);
    }

    @Test
    void shouldListWhatAnAlertNamesEachOnce() {
        // Given
        WireTime now = WireTime.now();
        events(started(MACHINE, now, 1)).statusCode(200);
        followed();
        String alert = submit("1", """
                {"entityType":"Process","sha1":"%1$s","processId":1},{"entityType":"File","sha256":"%2$s"},
                {"entityType":"File","sha1":"%3$s"},
                {"entityType":"Url","url":"http://cdn.bad.example/a"},{"entityType":"Url","url":"CDN.bad.example"},
                {"entityType":"Url","url":"http://198.51.100.4:81/"},
                {"entityType":"Ip","ipAddress":"203.0.113.77"},{"entityType":"Ip","ipAddress":"203.0.113.77","nested":{}}
                """.formatted(SHA1, SHA256, UNKNOWN));

        // Then
        related(alert, "domains")
                .body("'@odata.context'", endsWith("/api/$metadata#Domains"))
                .body("value", is(List.of(Map.of("host", "cdn.bad.example"))));
        related(alert, "ips")
                .body("'@odata.context'", endsWith("/api/$metadata#Ips"))
                .body("value.id", contains("198.51.100.4", "203.0.113.77"));
        AnswerCheck.collection(read().get("/api/alerts/" + alert + "/files"), "Files", "File");
        related(alert, "files")
                .body("value.sha1", contains(SHA1, UNKNOWN))
                .body("value[0].md5", is(MD5))
                .body("value[1].md5", nullValue());
        read().get("/api/alerts/" + alert + "/user")
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"))
                .body("error.message", is("There is no User related to alert " + alert));
    }

    @Test
    void shouldAnswerNothingOfAnAlertThatNamesNothingAndNotFoundOfNone() {
        String alert = submit("1", "{\"entityType\":\"Registry\",\"registryKey\":\"k\"}");
        for (String what : List.of("domains", "files", "ips")) {
            related(alert, what).body("value", hasSize(0));
            read().get("/api/alerts/none/" + what).then().statusCode(404);
        }
        read().get("/api/alerts/none/user").then().statusCode(404);
    }

    @Test
    void shouldTellOfTheAccountAnAlertIsAbout() {
        // Given
        WireTime now = WireTime.now();
        events(started(MACHINE, now.plusSeconds(-7_200), 1) + "\n" + started(MACHINE, now, 2) + "\n"
                        + started(OTHER_MACHINE, now.plusSeconds(-86_400), 3))
                .statusCode(200);
        logon(now, "Network");
        followed();
        String alert = submit("1", "{\"entityType\":\"User\",\"accountName\":\"m.ortiz\",\"domainName\":\"CORP\"}");

        // When
        var user = read().get("/api/alerts/" + alert + "/user");

        // Then
        AnswerCheck.entity(user, "Users", "User");
        user.then()
                .body("id", is("corp\\m.ortiz"))
                .body("accountName", is("m.ortiz"))
                .body("accountDomain", is("corp"))
                .body("accountSid", is("S-1-5-21-100-200-300-1104"))
                .body("firstSeen", is(now.plusSeconds(-86_400).toString()))
                .body("lastSeen", is(now.toString()))
                .body("mostPrevalentMachineId", is(MACHINE))
                .body("leastPrevalentMachineId", is(OTHER_MACHINE))
                .body("logOnMachinesCount", is(2))
                .body("logonTypes", is("Network"))
                .body("isOnlyNetworkUser", is(true))
                .body("isDomainAdmin", nullValue());
    }

    /// A newer word of the source is about another person; the evidence of both stays.
    @Test
    void shouldTellNobodyTheSidOfAnother() {
        String alert = submit("1", "{\"entityType\":\"User\",\"accountName\":\"ann\",\"userSid\":\"S-1-5-1\"}");
        with("Alert.ReadWrite.All")
                .body("{\"source\":\"s\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":["
                        + "{\"entityType\":\"User\",\"accountName\":\"bob\"}]}")
                .post("/v1/alerts")
                .then()
                .statusCode(200);

        read().get("/api/alerts/" + alert + "/user")
                .then()
                .statusCode(200)
                .body("accountName", is("bob"))
                .body("accountSid", nullValue());
    }

    @Test
    void shouldTellWhatTheAlertSaysOfAnAccountThatTelemetryDoesNotKnow() {
        String alert = submit("1", "{\"entityType\":\"User\",\"accountName\":\"ann\",\"userSid\":\"S-1-5\"}");

        read().get("/api/alerts/" + alert + "/user")
                .then()
                .statusCode(200)
                .body("id", is("ann"))
                .body("accountDomain", nullValue())
                .body("accountSid", is("S-1-5"))
                .body("logOnMachinesCount", is(0))
                .body("isOnlyNetworkUser", nullValue())
                .body("firstSeen", nullValue());
    }

    /// A logon as it lies in the database when its sender says the type.
    private static void logon(WireTime at, String type) {
        TestDatabase.update("""
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name,
                    table_name, action_type, account_domain, account_name, other_columns)
                values (?, ?, ?, 99, tocsin_time(?), 1, 'ws', 'DeviceLogonEvents', 'LogonSuccess', 'CORP', 'm.ortiz',
                    jsonb_build_object('LogonType', cast(? as text)))
                """, UUID.fromString(Tokens.TENANT), MACHINE, at.ticks(), at.ticks(), type);
    }

    private static ValidatableResponse related(String alert, String what) {
        return read().get("/api/alerts/" + alert + "/" + what).then().statusCode(200);
    }

    private static RequestSpecification read() {
        return with("Alert.Read.All", "File.Read.All", "URL.Read.All", "Ip.Read.All", "User.Read.All");
    }

    private static String submit(String reference, String evidence) {
        return submit(reference, evidence, null);
    }

    private static String submit(String reference, String evidence, String machine) {
        return with("Alert.ReadWrite.All")
                .body("{\"source\":\"s\",\"sourceRef\":\"" + reference + "\",\"title\":\"t\",\"severity\":\"Low\""
                        + (machine == null ? "" : ",\"machineId\":\"" + machine + "\"") + ",\"evidence\":["
                        + evidence + "]}")
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static void followed() {
        await().until(() -> (Boolean) TestDatabase.value("""
                select coalesce((select (change_xid, event_id) from event_position where consumer = 'entity-sightings')
                    >= (select (change_xid, event_id) from device_event order by change_xid desc, event_id desc limit 1), false)
                """));
    }
}
