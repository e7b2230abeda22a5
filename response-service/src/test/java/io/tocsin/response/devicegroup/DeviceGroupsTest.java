package io.tocsin.response.devicegroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class DeviceGroupsTest extends ApiTest {

    @Test
    void shouldPutAMachineIntoTheFirstGroupThatTakesIt() {
        // Given
        Agent finance = enrol("fin-ws-1.corp.example");
        Agent server = enrol("srv-1.corp.example");
        Agent stray = enrol("kiosk.other.example");

        // When
        int corp = created("Corp", domain("corp.example"));
        int fin = created("Finance", "\"priority\":1," + name("StartsWith", "fin-"));

        // Then
        assigned();
        groupOf(finance, fin, "Finance");
        groupOf(server, corp, "Corp");
        groupOf(stray, 0, "UnassignedGroup");
        with("DeviceGroup.Read.All")
                .get("/v1/device-groups")
                .then()
                .statusCode(200)
                .body("value.deviceGroupName", contains("Finance", "Corp", "UnassignedGroup"))
                .body("value.priority", contains(1, 2, 3))
                .body("value.deviceCount", contains(1, 1, 1))
                .body("value.isUnassignedDeviceGroup", contains(false, false, true));
    }

    @Test
    void shouldAnswerAGroupAsItWasMade() {
        int id = created("Tier 0", """
                "description":"domain controllers","automationLevel":"SemiRequireApprovalForCoreFolders",
                "aadUsersGroups":[{"displayName":"SOC leads","id":"8f0c7f4e-5a0f-4d57-b8d3-3a1d6d2b9a11"},{"id":"/soc"}],
                "deviceGroupRules":{"devicesTagsConditions":[{"condition":"equals","value":"tier0"}],
                  "devicesOsConditions":[{"condition":"In","valuesList":["WindowsServer2022","WindowsServer2019"]}]}
                """);

        with("DeviceGroup.Read.All")
                .get("/v1/device-groups/" + id)
                .then()
                .statusCode(200)
                .body("id", is(id))
                .body("deviceGroupName", is("Tier 0"))
                .body("automationLevel", is("SemiRequireApprovalForCoreFolders"))
                .body("description", is("domain controllers"))
                .body("lastUpdateTime", notNullValue())
                .body("aadUsersGroups.displayName", contains("SOC leads", "/soc"))
                .body("aadUsersGroups.id", contains("8f0c7f4e-5a0f-4d57-b8d3-3a1d6d2b9a11", "/soc"))
                .body("deviceGroupRules.devicesNamesConditions", hasSize(0))
                .body("deviceGroupRules.devicesTagsConditions.condition", contains("Equals"))
                .body("deviceGroupRules.devicesOsConditions[0].valuesList", hasSize(2));
    }

    @Test
    void shouldShowOneOpenGroupWhenATenantHasMadeNone() {
        Agent agent = enrol("w1.corp.example");

        with("DeviceGroup.Read.All")
                .get("/v1/device-groups")
                .then()
                .statusCode(200)
                .body("value", hasSize(1))
                .body("value[0].id", is(0))
                .body("value[0].deviceGroupName", is("UnassignedGroup"))
                .body("value[0].automationLevel", is("FullRemediateThreatsAutomatically"))
                .body("value[0].lastUpdateTime", nullValue())
                .body("value[0].aadUsersGroups", hasSize(0))
                .body("waitingDeviceCount", is(0));
        groupOf(agent, 0, null);
    }

    @Test
    void shouldMoveMachinesWhenAGroupChanges() {
        Agent agent = enrol("fin-ws-1.corp.example");
        int fin = created("Finance", name("StartsWith", "fin-"));
        int corp = created("Corp", domain("corp.example"));
        assigned();
        groupOf(agent, fin, "Finance");

        changed(corp, "{\"priority\":1}");
        groupOf(agent, corp, "Corp");

        changed(
                corp,
                "{\"deviceGroupRules\":{\"devicesNamesConditions\":[{\"condition\":\"Equals\",\"value\":\"x\"}]}}");
        groupOf(agent, fin, "Finance");

        changed(fin, "{\"deviceGroupName\":\"Finance and audit\"}");
        groupOf(agent, fin, "Finance and audit");

        with("DeviceGroup.ReadWrite.All")
                .delete("/v1/device-groups/" + fin)
                .then()
                .statusCode(204);
        assigned();
        groupOf(agent, 0, "UnassignedGroup");
        with("DeviceGroup.Read.All")
                .get("/v1/device-groups/" + fin)
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));
        with("DeviceGroup.Read.All").get("/v1/device-groups/" + corp).then().body("priority", is(1));
    }

    @Test
    void shouldMoveAMachineWhenWhatTheRulesLookAtChanges() {
        Agent agent = enrol("w1.corp.example");
        int vip = created(
                "VIP",
                "\"deviceGroupRules\":{\"devicesTagsConditions\":[{\"condition\":\"Equals\",\"value\":\"vip\"}]}");
        int linux = created(
                "Linux",
                "\"deviceGroupRules\":{\"devicesOsConditions\":[{\"condition\":\"In\",\"valuesList\":[\"Linux\"]}]}");
        assigned();
        groupOf(agent, 0, "UnassignedGroup");

        by(agent.credential())
                .body("{\"osPlatform\":\"Linux\"}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);
        assigned();
        groupOf(agent, linux, "Linux");

        TestDatabase.update("update machine set machine_tags = array['VIP'] where id = ?", agent.machineId());
        assigned();
        groupOf(agent, vip, "VIP");
    }

    @Test
    void shouldKeepWhatIsNotNamedWhenAGroupChanges() {
        int id = created("A", "\"description\":\"d\",\"aadUsersGroups\":[{\"id\":\"soc\"}]," + name("Equals", "a"));

        changed(id, "{\"automationLevel\":\"NoAutomatedResponse\"}")
                .body("deviceGroupName", is("A"))
                .body("description", is("d"))
                .body("aadUsersGroups.id", contains("soc"))
                .body("deviceGroupRules.devicesNamesConditions", hasSize(1))
                .body("automationLevel", is("NoAutomatedResponse"));
        changed(id, "{\"description\":\"\",\"aadUsersGroups\":[]}")
                .body("description", nullValue())
                .body("aadUsersGroups", hasSize(0));
        changed(0, "{\"automationLevel\":\"SemiRequireApprovalForAllFolders\",\"aadUsersGroups\":[{\"id\":\"x\"}]}")
                .body("isUnassignedDeviceGroup", is(true))
                .body("automationLevel", is("SemiRequireApprovalForAllFolders"));
    }

    @Test
    void shouldSayInTheAuditWhatWasAndWhatIs() {
        int id = created("A", name("Equals", "a"));
        changed(id, "{\"automationLevel\":\"NoAutomatedResponse\"}");

        assertThat(TestDatabase.column(
                        "select concat_ws(' ', detail #>> '{before,automationLevel}', detail #>> '{after,automationLevel}',"
                                + " detail ->> 'priority') from audit_entry where action like 'device-group.%' and target = ?"
                                + " and tenant_id = cast(? as uuid) order by id desc limit 2",
                        Integer.toString(id), Tokens.TENANT))
                .containsExactly(
                        "FullRemediateThreatsAutomatically NoAutomatedResponse 1",
                        "FullRemediateThreatsAutomatically 1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    {}                                                                             | MissingRequiredParameter | deviceGroupName
                    {"deviceGroupName":" ","deviceGroupRules":{}}                                  | MissingRequiredParameter | deviceGroupName
                    {"deviceGroupName":"n"}                                                        | MissingRequiredParameter | deviceGroupRules
                    {"deviceGroupName":"n","deviceGroupRules":{}}                                  | InvalidInput             | no condition
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesNamesConditions":[null]}}   | MissingRequiredParameter | devicesNamesConditions
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesNamesConditions":[{"condition":"In","value":"x"}]}} | InvalidInput | In
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesNamesConditions":[{"condition":"Like","value":"x"}]}} | InvalidInput | condition
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":" "}]}} | InvalidInput | value
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesOsConditions":[{"condition":"In","valuesList":[]}]}} | InvalidInput | valuesList
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesOsConditions":[{"condition":"Equals","valuesList":["x"]}]}} | InvalidInput | In
                    {"deviceGroupName":"n","deviceGroupRules":{"devicesNamesConditions":"x"}}      | InvalidRequestBody       | devicesNamesConditions
                    {"deviceGroupName":"taken","deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":"x"}]}} | InvalidInput | taken
                    {"deviceGroupName":"unassignedgroup","deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":"x"}]}} | InvalidInput | taken
                    {"deviceGroupName":"n","priority":0,"deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":"x"}]}} | InvalidInput | priority
                    {"deviceGroupName":"n","priority":3,"deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":"x"}]}} | InvalidInput | between 1 and 2
                    {"deviceGroupName":"n","automationLevel":"Full","deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":"x"}]}} | InvalidInput | automationLevel
                    {"deviceGroupName":"n","aadUsersGroups":[{"id":""}],"deviceGroupRules":{"devicesNamesConditions":[{"condition":"Equals","value":"x"}]}} | InvalidInput | id
                    """)
    void shouldRefuseAndStoreNothingWhenANewGroupIsWrong(String body, String code, String named) {
        created("Taken", name("Equals", "a"));

        with("DeviceGroup.ReadWrite.All")
                .body(body)
                .post("/v1/device-groups")
                .then()
                .statusCode(400)
                .body("error.code", is(code))
                .body("error.message", org.hamcrest.Matchers.containsString(named));
        assertThat(TestDatabase.count("device_group")).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhenAKindHasMoreThanTenValues() {
        String eleven =
                String.join(",", java.util.Collections.nCopies(11, "{\"condition\":\"Equals\",\"value\":\"x\"}"));

        with("DeviceGroup.ReadWrite.All")
                .body("{\"deviceGroupName\":\"n\",\"deviceGroupRules\":{\"devicesNamesConditions\":[" + eleven + "]}}")
                .post("/v1/device-groups")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", equalTo("devicesNamesConditions has 11 values, at most 10 are taken"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    0   | {"deviceGroupName":"mine"}  | 400 | InvalidInput
                    0   | {"priority":1}              | 400 | InvalidInput
                    1   | {}                          | 400 | InvalidRequestBody
                    1   | {"priority":3}              | 400 | InvalidInput
                    1   | {"deviceGroupName":"B"}     | 400 | InvalidInput
                    1   | {"deviceGroupName":"  "}    | 400 | MissingRequiredParameter
                    1   | {"deviceGroupRules":{}}     | 400 | InvalidInput
                    99  | {"description":"x"}         | 404 | ResourceNotFound
                    x   | {"description":"x"}         | 404 | ResourceNotFound
                    +1  | {"description":"x"}         | 404 | ResourceNotFound
                    01  | {"description":"x"}         | 404 | ResourceNotFound
                    -0  | {"description":"x"}         | 404 | ResourceNotFound
                    """)
    void shouldRefuseWhenAChangeIsWrong(String id, String body, int status, String code) {
        int first = created("A", name("Equals", "a"));
        created("B", name("Equals", "b"));

        with("DeviceGroup.ReadWrite.All")
                .body(body)
                .patch("/v1/device-groups/" + (id.equals("1") ? Integer.toString(first) : id))
                .then()
                .statusCode(status)
                .body("error.code", is(code));
        with("DeviceGroup.ReadWrite.All").delete("/v1/device-groups/0").then().statusCode(400);
    }

    @Test
    void shouldKeepRanksWithoutGapsWhenManyChangeThemAtOnce() throws Exception {
        List<Integer> ids = IntStream.range(0, 6)
                .mapToObj(i -> created("g" + i, name("Equals", "a")))
                .toList();
        var random = new Random(7);
        List<Runnable> changes = IntStream.range(0, 40)
                .<Runnable>mapToObj(i -> {
                    int id = ids.get(random.nextInt(5));
                    int priority = 1 + random.nextInt(4);
                    return i % 8 == 0
                            ? () -> created("n" + i, "\"priority\":" + priority + "," + name("Equals", "a"))
                            : () -> with("DeviceGroup.ReadWrite.All")
                                    .body("{\"priority\":" + priority + "}")
                                    .patch("/v1/device-groups/" + id)
                                    .then()
                                    .statusCode(200);
                })
                .toList();

        try (var threads = Executors.newFixedThreadPool(8)) {
            var running = changes.stream().map(threads::submit).toList();
            with("DeviceGroup.ReadWrite.All")
                    .delete("/v1/device-groups/" + ids.getLast())
                    .then()
                    .statusCode(204);
            for (var change : running) {
                change.get();
            }
        }

        assertThat(TestDatabase.column("select rank from device_group where rank is not null order by rank"))
                .isEqualTo(IntStream.rangeClosed(1, 10)
                        .boxed()
                        .map(Object.class::cast)
                        .toList());
    }

    @Test
    void shouldAssignEveryMachineWhenThereAreManyAndSomeWereLeftBehind() {
        TestDatabase.update(
                "insert into machine (tenant_id, id, computer_dns_name) select cast(? as uuid), 'm' || n, 'pc' || n || case"
                        + " when n % 2 = 0 then '.even.example' else '.odd.example' end from generate_series(1, 2500) n",
                Tokens.TENANT);

        int even = created("Even", domain("even.example"));
        assigned();
        TestDatabase.update("update machine set group_generation = -1, rbac_group_id = 0 where id like 'm2%'");
        assigned();

        assertThat(TestDatabase.value("select count(*) from machine where rbac_group_id = " + even))
                .isEqualTo(1250L);
        assertThat(TestDatabase.value(
                        "select count(*) from machine where (rbac_group_id <> 0) <> (computer_dns_name like '%even%')"))
                .isEqualTo(0L);
    }

    @Test
    void shouldHaveAgentsBeginAnewWithIndicatorsWhenTheirGroupGetsAnotherName() {
        Agent agent = enrol("fin-ws-1.corp.example");
        int id = created("Finance", name("StartsWith", "fin-"));
        assigned();
        String cursor = agent.indicators("").extract().path("cursor");
        changed(id, "{\"description\":\"the same group\"}");
        agent.indicators("?cursor=" + cursor).statusCode(200);

        changed(id, "{\"deviceGroupName\":\"Treasury\"}");

        agent.indicators("?cursor=" + cursor).statusCode(410).body("error.code", is("ResyncRequired"));
        cursor = agent.indicators("").extract().path("cursor");
        agent.indicators("?cursor=" + cursor).statusCode(200);
    }

    private static int created(String name, String rest) {
        return with("DeviceGroup.ReadWrite.All")
                .body("{\"deviceGroupName\":\"" + name + "\"," + rest + "}")
                .post("/v1/device-groups")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static ValidatableResponse changed(int id, String body) {
        var answer = with("DeviceGroup.ReadWrite.All")
                .body(body)
                .patch("/v1/device-groups/" + id)
                .then()
                .statusCode(200);
        assigned();
        return answer;
    }

    private static String name(String condition, String value) {
        return "\"deviceGroupRules\":{\"devicesNamesConditions\":[{\"condition\":\"" + condition + "\",\"value\":\""
                + value + "\"}]}";
    }

    private static String domain(String value) {
        return "\"deviceGroupRules\":{\"devicesDomainsConditions\":[{\"condition\":\"Equals\",\"value\":\"" + value
                + "\"}]}";
    }

    private static void groupOf(Agent agent, int id, String name) {
        with(ALL)
                .get("/api/machines/" + agent.machineId())
                .then()
                .statusCode(200)
                .body("rbacGroupId", is(id))
                .body("rbacGroupName", is(name));
    }
}
