package io.tocsin.alert.entity;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What people learn of entities on devices out of their reach (docs/adr/016): nothing. WS5 is in a group of `soc`, WS6
/// in
/// an open one.
@QuarkusTest
class EntityScopeTest extends StoryApiTest {

    private static final String SHARED = "1".repeat(40);
    private static final String SECRET = "2".repeat(40);

    @BeforeEach
    void bothSawOneAndOneSawAnother() {
        group(1, "Closed", "{soc}");
        group(2, "Open", "{}");
        machine(WS5, 1);
        machine(WS6, 2);
        sighting("File", SHARED, WS5, "secret-name.exe");
        sighting("File", SHARED, WS6, "open.exe");
        sighting("File", SECRET, WS5, "secret-name.exe");
        sighting("Domain", "cdn.example", WS5, "");
        sighting("Ip", "203.0.113.9", WS5, "");
        sighting("User", "corp\\ann", WS5, "Interactive");
        sighting("User", "corp\\ann", WS6, "Network");
        for (String hash : new String[] {SHARED, SECRET}) {
            TestDatabase.update(
                    "insert into file_fact (tenant_id, hash, sha1, md5, last_seen_day) values (cast(? as uuid), ?, ?, ?, 1)",
                    Tokens.TENANT,
                    hash,
                    hash,
                    hash.substring(0, 32));
        }
        TestDatabase.update(
                "insert into user_fact (tenant_id, account_name, account_domain, account_sid, last_seen_day)"
                        + " values (cast(? as uuid), 'ann', 'corp', 'S-1-5', 1)",
                Tokens.TENANT);
        alert("da1_1", WS5, "Closed", "High", "Malware", NOON);
        alert("da1_2", WS6, "Open", "Low", "Malware", NOON);
        for (String alert : new String[] {"da1_1", "da1_2"}) {
            evidence(alert, "File", "sha1", SECRET);
            evidence(alert, "User", "account_name", "ann");
        }
        TestDatabase.update("update alert set related_user_name = 'ann', related_user_domain = 'CORP'");
    }

    @Test
    void shouldCountOnlyMachinesInReach() {
        read("soc", "/api/files/" + SHARED + "/stats").body("organizationPrevalence", is(2));
        read("other", "/api/files/" + SHARED + "/stats")
                .body("organizationPrevalence", is(1))
                .body("topFileNames", contains("open.exe"));
        read("soc", "/api/domains/cdn.example/stats").body("organizationPrevalence", is(1));
        read("other", "/api/domains/cdn.example/stats")
                .body("organizationPrevalence", is(0))
                .body("orgFirstSeen", nullValue());
        read("other", "/api/ips/203.0.113.9/stats").body("orgPrevalence", is("0"));
    }

    @Test
    void shouldNotKnowAFileThatOnlyMachinesOutOfReachSaw() {
        TestDatabase.update("delete from alert_evidence where alert_id = 'da1_2' and sha1 is not null");

        read("soc", "/api/files/" + SECRET).statusCode(200).body("md5", is("2".repeat(32)));
        read("other", "/api/files/" + SECRET).statusCode(404);
        read("other", "/api/files/" + SECRET + "/stats").statusCode(404);
    }

    @Test
    void shouldTellOnlyWhatAnAlertInReachSaysOfAFileOutOfReach() {
        read("other", "/api/files/" + SECRET)
                .statusCode(200)
                .body("sha1", is(SECRET))
                .body("md5", nullValue());
        read("other", "/api/alerts/da1_2/files")
                .body("value.sha1", contains(SECRET))
                .body("value[0].md5", nullValue());
        read("other", "/api/files/" + SECRET + "/stats").body("organizationPrevalence", is(0));
    }

    @Test
    void shouldListOnlyAlertsInReach() {
        read("soc", "/api/files/" + SECRET + "/alerts").body("value", hasSize(2));
        read("other", "/api/files/" + SECRET + "/alerts").body("value.id", contains("da1_2"));
        read("other", "/api/users/ann/alerts").body("value.id", contains("da1_2"));
        read("other", "/api/machines/" + WS6 + "/alerts").body("value.id", contains("da1_2"));
        read("other", "/api/machines/" + WS5 + "/alerts").statusCode(404);
        read("other", "/api/machines/" + WS5 + "/alerts/$count").statusCode(404);
        read("other", "/api/alerts/da1_1/files").statusCode(404);
        read("other", "/api/alerts/da1_1/user").statusCode(404);
    }

    @Test
    void shouldTellOfAnAccountOnlyWhatMachinesInReachSaw() {
        read("soc", "/api/alerts/da1_2/user")
                .body("logOnMachinesCount", is(2))
                .body("logonTypes", is("Interactive,Network"));
        read("other", "/api/alerts/da1_2/user")
                .body("logOnMachinesCount", is(1))
                .body("logonTypes", is("Network"))
                .body("mostPrevalentMachineId", is(WS6))
                .body(not(containsString(WS5)));
    }

    private static ValidatableResponse read(String group, String path) {
        return given().urlEncodingEnabled(false)
                .auth()
                .oauth2(Tokens.member(
                        Set.of(group),
                        "ana@corp.example",
                        "Alert.Read",
                        "File.Read.All",
                        "URL.Read.All",
                        "Ip.Read.All",
                        "User.Read.All"))
                .get(path)
                .then();
    }

    private static void sighting(String kind, String value, String machine, String label) {
        long now = WireTime.now().ticks();
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours, labels)"
                        + " values (cast(? as uuid), ?, ?, ?, ?, ?, cast('1' as bit(768)), array_remove(array[?], ''))",
                Tokens.TENANT,
                kind,
                value,
                machine,
                now,
                now,
                label);
    }

    private static void group(int id, String name, String userGroups) {
        TestDatabase.update(
                "insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids, user_group_names, rules)"
                        + " values (cast(? as uuid), ?, ?, ?, 'FullRemediateThreatsAutomatically', 1, cast(? as text[]), cast(? as text[]), '{}')",
                Tokens.TENANT,
                id,
                id,
                name,
                userGroups,
                userGroups);
    }

    private static void machine(String id, int group) {
        TestDatabase.update(
                "insert into machine (tenant_id, id, rbac_group_id, group_generation) values (?, ?, ?, 1)",
                UUID.fromString(Tokens.TENANT),
                id,
                group);
    }
}
