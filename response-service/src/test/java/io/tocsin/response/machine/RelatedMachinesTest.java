package io.tocsin.response.machine;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The machines of alerts, files, domains and accounts (contract 10 §4, 60 §2), from what alert-service keeps.
@QuarkusTest
class RelatedMachinesTest extends ApiTest {

    private static final String SHA1 = "1".repeat(40);
    private static final String SHA256 = "2".repeat(64);
    private static final String FIRST = "a".repeat(40);
    private static final String SECOND = "b".repeat(40);
    private static final String THIRD = "c".repeat(40);

    @BeforeEach
    void threeMachines() {
        for (String id : List.of(FIRST, SECOND, THIRD)) {
            TestDatabase.update(
                    "insert into machine (tenant_id, id, rbac_group_id, group_generation) values (?, ?, 0, 1)",
                    UUID.fromString(Tokens.TENANT),
                    id);
        }
        sighting("File", SHA1, FIRST);
        sighting("File", SHA256, SECOND);
        sighting("File", "3".repeat(40), THIRD);
        sighting("Domain", "cdn.bad.example", SECOND);
        sighting("User", "corp\\m.ortiz", FIRST);
        sighting("User", "m.ortiz", THIRD);
        TestDatabase.update(
                "insert into file_fact (tenant_id, hash, sha1, sha256, last_seen_day) values (cast(? as uuid), ?, ?, ?, 1)",
                Tokens.TENANT,
                SHA1,
                SHA1,
                SHA256);
        TestDatabase.update(
                "insert into user_fact (tenant_id, account_name, account_domain, last_seen_day)"
                        + " select cast(? as uuid), 'm.ortiz', domain, 1 from unnest(array['', 'corp']) as domain",
                Tokens.TENANT);
    }

    @Test
    void shouldListTheMachinesThatSawAnEntity() {
        AnswerCheck.collection(with("Machine.Read.All").get("/api/files/" + SHA1 + "/machines"), "Machines", "Machine");
        get("/api/files/" + SHA1.toUpperCase(java.util.Locale.ROOT) + "/machines")
                .body("value.id", containsInAnyOrder(FIRST, SECOND));
        get("/api/domains/CDN.bad.example/machines").body("value.id", contains(SECOND));
        get("/api/users/M.Ortiz/machines").body("value.id", contains(FIRST, THIRD));
        get("/api/users/m.ortiz/machines?$top=1&$count=true")
                .body("value", hasSize(1))
                .body("'@odata.count'", is(2));
        for (String path : List.of("/api/files/" + "f".repeat(40), "/api/domains/good.example", "/api/users/nobody")) {
            get(path + "/machines").body("value", hasSize(0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/files/none/machines, InvalidHashValue",
        "/api/files/2222222222222222222222222222222222222222222222222222222222222222/machines, InvalidHashValue",
        "/api/domains/localhost/machines, InvalidDomainName"
    })
    void shouldRefuseAKeyThatIsNone(String path, String code) {
        with("Machine.Read.All").get(path).then().statusCode(400).body("error.code", is(code));
    }

    @Test
    void shouldListNoMoreThanFiveHundredMachinesOfADomain() {
        TestDatabase.update(
                "insert into machine (tenant_id, id) select cast(? as uuid), 'm' || n from generate_series(1, 600) n",
                Tokens.TENANT);
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " select cast(? as uuid), 'Domain', 'busy.example', 'm' || n, 0, 0, cast('1' as bit(768))"
                        + " from generate_series(1, 600) n",
                Tokens.TENANT);

        get("/api/domains/busy.example/machines").body("value", hasSize(500));
    }

    @Test
    void shouldShowTheMachineOfAnAlert() {
        alert("da1_1", FIRST);
        alert("da1_2", null);
        alert("da1_3", "d".repeat(40));

        AnswerCheck.entity(with("Machine.Read.All").get("/api/alerts/da1_1/machine"), "Machines", "Machine");
        get("/api/alerts/da1_1/machine").body("id", is(FIRST));
        for (String none : List.of("da1_2", "da1_3", "da1_4")) {
            with("Machine.Read.All")
                    .get("/api/alerts/" + none + "/machine")
                    .then()
                    .statusCode(404)
                    .body("error.code", is("ResourceNotFound"));
        }
    }

    @Test
    void shouldShowOnlyMachinesInReach() {
        TestDatabase.update(
                "insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids, user_group_names, rules)"
                        + " values (cast(? as uuid), 1, 1, 'Closed', 'FullRemediateThreatsAutomatically', 1, '{soc}', '{soc}', '{}'),"
                        + " (cast(? as uuid), 0, null, 'Rest', 'FullRemediateThreatsAutomatically', 1, '{}', '{}', '{}')",
                Tokens.TENANT,
                Tokens.TENANT);
        TestDatabase.update("update machine set rbac_group_id = 1 where id = ?", FIRST);
        alert("da1_1", FIRST);

        as("soc", "/api/files/" + SHA1 + "/machines").body("value", hasSize(2));
        as("other", "/api/files/" + SHA1 + "/machines").body("value.id", contains(SECOND));
        as("other", "/api/users/m.ortiz/machines").body("value.id", contains(THIRD));
        as("other", "/api/alerts/da1_1/machine").statusCode(404);
    }

    private static ValidatableResponse get(String path) {
        return with("Machine.Read.All").get(path).then().statusCode(200);
    }

    private static ValidatableResponse as(String group, String path) {
        return by(Tokens.member(Set.of(group), "ana@corp.example", "Machine.Read"))
                .get(path)
                .then();
    }

    private static void alert(String id, String machine) {
        TestDatabase.update(
                "insert into alert (id, tenant_id, source, source_ref, severity, status, title, description, alert_creation_ticks,"
                        + " last_update_ticks, machine_id) values (?, cast(? as uuid), 's', ?, 'Low', 'New', 't', 'd', 1, 1, ?)",
                id,
                Tokens.TENANT,
                id,
                machine);
    }

    private static void sighting(String kind, String value, String machine) {
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " values (cast(? as uuid), ?, ?, ?, 0, 0, cast('1' as bit(768)))",
                Tokens.TENANT,
                kind,
                value,
                machine);
    }
}
