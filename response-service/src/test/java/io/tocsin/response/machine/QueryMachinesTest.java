package io.tocsin.response.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The query options of `/api/machines` and `/api/machineactions` (contract 00 §4, wire-facts §7).
@QuarkusTest
class QueryMachinesTest extends ApiTest {

    @BeforeEach
    void threeMachinesAndTheirActions() {
        TestDatabase.update("""
                insert into machine (tenant_id, id, computer_dns_name, last_seen_ticks, health_status, risk_score, rbac_group_id,
                    aad_device_id, machine_tags, onboarding_status, last_ip_address)
                select cast(? as uuid), id, name, tocsin_ticks, health, risk, grp, device, tags, 'Onboarded', ip from (values
                    ('m1', 'WS5.corp.example', 17700000000000000, 'Active', 'High', 12,
                        '5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f'::uuid, array['tier0', 'VIP'], '10.20.4.14'),
                    ('m2', 'srv1.corp.example', 17800000000000000, 'Inactive', 'None', 0, null, '{}', null),
                    ('m3', null, null, 'Active', 'Low', 0, null, array['vip'], null))
                    as m (id, name, tocsin_ticks, health, risk, grp, device, tags, ip)
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,
                    last_update_ticks, deadline)
                select cast('00000000-0000-0000-0000-00000000000' || n as uuid), cast(? as uuid), type, 'l' || n, 'soar',
                    status, machine, n, n, now() + interval '1 day' from (values
                    (1, 'Isolate', 'Succeeded', 'm1'), (2, 'Unisolate', 'Pending', 'm1'),
                    (3, 'RunAntiVirusScan', 'Failed', 'm2')) as a (n, type, status, machine)
                """, Tokens.TENANT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    $filter=healthStatus%20eq%20'Active'%20and%20riskScore%20eq%20'High'      | m1
                    $filter=HealthStatus%20EQ%20inactive                                      | m2
                    $filter=computerDnsName%20eq%20'ws5.CORP.example'                         | m1
                    $filter=startswith(computerDnsName,'SRV')                                 | m2
                    $filter=not%20startswith(computerDnsName,'SRV')                           | m1
                    $filter=computerDnsName%20ne%20'srv1.corp.example'                        | m1,m3
                    $filter=lastSeen%20gt%202026-02-15                                        | m2
                    $filter=lastSeen%20eq%20null                                              | m3
                    $filter=aadDeviceId%20eq%205a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f           | m1
                    $filter=aadDeviceId%20eq%20'5A9F1D6E-1C2B-4D3E-8F90-1A2B3C4D5E6F'         | m1
                    $filter=machineTags/any(t:%20t%20eq%20'tier0')                            | m1
                    $filter=machineTags/any(t:%20tolower(t)%20eq%20'vip')                     | m1,m3
                    $filter=machineTags/any(t:%20t%20eq%20'tier0'%20or%20startswith(t,'v'))   | m1,m3
                    $filter=not%20machineTags/any()                                           | m2
                    $filter=rbacGroupId%20eq%20'12'                                           | m1
                    $filter=rbacGroupId%20gt%2099999999999                                    |
                    $orderby=lastSeen                                                         | m3,m1,m2
                    $orderby=computerDnsName%20desc&$top=2                                    | m1,m2
                    """)
    void shouldAnswerTheMachinesAskedFor(String options, String ids) {
        get("/api/machines?" + options)
                .statusCode(200)
                .body("value.id", is(ids == null ? List.of() : List.of(ids.split(","))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    $top=10                                                             | 3,2,1
                    $filter=machineId%20eq%20'm1'&$top=1                                | 2
                    $filter=status%20in%20('pending',Failed)                            | 3,2
                    $filter=type%20ne%20'Isolate'                                       | 3,2
                    $filter=id%20eq%20'00000000-0000-0000-0000-000000000001'            | 1
                    $filter=id%20eq%2000000000-0000-0000-0000-000000000001              | 1
                    $filter=requestor%20eq%20'soar'&$orderby=creationDateTimeUtc        | 1,2,3
                    """)
    void shouldAnswerTheActionsAskedForNewestFirst(String options, String numbers) {
        List<String> ids =
                get("/api/machineactions?" + options).statusCode(200).extract().path("value.id");

        assertThat(ids.stream().map(id -> id.substring(35))).containsExactly(numbers.split(","));
    }

    @Test
    void shouldAnswerOnlyWhatIsSelectedInTheDeclaredOrder() {
        var machines = get("/api/machines?$select=ipAddresses,onboardingStatus,id&$top=1");
        var actions = get("/api/machineactions?$select=status,id&$top=1");

        machines.body("'@odata.context'", endsWith("#Machines(id,onboardingStatus,ipAddresses)"));
        assertThat(row(machines).keySet()).containsExactly("id", "onboardingStatus", "ipAddresses");
        actions.body("'@odata.context'", endsWith("#MachineActions(id,status)"));
        assertThat(row(actions).keySet()).containsExactly("id", "status");
    }

    private static Map<String, Object> row(ValidatableResponse answer) {
        return answer.statusCode(200).extract().jsonPath().getMap("value[0]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /api/machines/$count                                                  | 3
                    /api/v1.0/machines/%24count?$filter=healthStatus%20eq%20'Active'      | 2
                    /api/machineactions/$count                                            | 3
                    /api/machineActions/$count?$filter=machineId%20eq%20'm1'              | 2
                    """)
    void shouldAnswerABareNumberWhenTheCountIsThePath(String path, String count) {
        var answer = get(path).statusCode(200).extract();

        assertThat(answer.contentType()).startsWith("text/plain");
        assertThat(answer.asString()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/machines/$count", "/api/machineactions/$count"})
    void shouldCountOnlyForWhoMayReadAndOnlyTheTenantsOwn(String path) {
        RestAssured.get(path).then().statusCode(401);
        with("Alert.Read.All").get(path).then().statusCode(403);
        assertThat(by(Tokens.of(Tokens.OTHER_TENANT, "app", "Machine.Read.All"))
                        .get(path)
                        .asString())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/machines?$top=10001",
                "/api/machines?$select=nosuch",
                "/api/machines?$expand=machineTags",
                "/api/machines?$filter=machineTags%20eq%20'x'",
                "/api/machines?$filter=nosuch%20eq%20'x'",
                "/api/machines/$count?$filter=riskScore%20eq%20'Dire'",
                "/api/machineactions?$top=10001",
                "/api/machineactions?$filter=id%20eq%20'x'",
                "/api/machineactions/$count?$filter=status"
            })
    void shouldAnswerAnODataErrorWhenAnOptionCannotBeHonoured(String path) {
        get(path).statusCode(400).body("error.code", is("ODataError"));
    }

    private static ValidatableResponse get(String path) {
        return with("Machine.Read.All").get(path).then();
    }
}
