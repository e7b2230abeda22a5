package io.tocsin.response.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.db.AddressMarks;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tags, device value, and what machines are found by (contract 20 §2).
@QuarkusTest
class ChangeMachinesTest extends ApiTest {

    private static final long HOUR = 36_000_000_000L;

    @Test
    void shouldAddAndRemoveATagAndDoNothingTheSecondTime() {
        Agent agent = enrol("ws5.corp.example");

        tag(agent, "Quarantine-review", "Add").statusCode(200).body("machineTags", contains("Quarantine-review"));
        tag(agent, "Quarantine-review", "add").statusCode(200).body("machineTags", hasSize(1));
        tag(agent, "VIP", "Add").body("machineTags", contains("Quarantine-review", "VIP"));
        tag(agent, "nosuch", "Remove").statusCode(200).body("machineTags", hasSize(2));
        tag(agent, "Quarantine-review", "Remove").body("machineTags", contains("VIP"));

        assertThat(TestDatabase.column(
                        "select count(*) from audit_entry where action = 'machine.tag' and target = ?",
                        agent.machineId()))
                .isNotEmpty();
        AnswerCheck.entity(with(ALL).get("/api/machines/" + agent.machineId()), "Machines", "Machine");
    }

    @Test
    void shouldTagManyAtOnceOrNone() {
        Agent one = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");

        tagMany("\"" + one.machineId() + "\",\"" + other.machineId() + "\"")
                .statusCode(200)
                .body("value.machineTags", contains(java.util.List.of("t"), java.util.List.of("t")));
        TestDatabase.update("update machine set machine_tags = '{}'");
        tagMany("\"" + one.machineId() + "\",\"nosuch\"").statusCode(404);

        with(ALL).get("/api/machines/" + one.machineId()).then().body("machineTags", empty());
        tagMany(IntStream.range(0, 501).mapToObj(n -> "\"m" + n + "\"").collect(Collectors.joining(",")))
                .statusCode(400)
                .body("error.code", is("MaximumBatchSizeExceeded"));
    }

    @Test
    void shouldReplaceTheTagsAndKeepWhatIsNotNamed() {
        Agent agent = enrol("ws5.corp.example");

        patch(agent, "{\"machineTags\":[\"b\",\"a\",\"b\"]}")
                .statusCode(200)
                .body("machineTags", contains("b", "a"))
                .body("deviceValue", is("Normal"));
        patch(agent, "{\"DeviceValue\":\"high\"}")
                .body("machineTags", hasSize(2))
                .body("deviceValue", is("High"));
        patch(agent, "{\"machineTags\":[]}").body("machineTags", empty()).body("deviceValue", is("High"));
        patch(agent, "{}").statusCode(200).body("deviceValue", is("High"));
    }

    @Test
    void shouldSetTheDeviceValue() {
        Agent agent = enrol("ws5.corp.example");

        with(ALL)
                .body("{\"DeviceValue\":\"Low\"}")
                .post("/api/machines/ws5.corp.example/setDeviceValue")
                .then()
                .statusCode(200)
                .body("deviceValue", is("Low"))
                .body("id", is(agent.machineId()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    tags           | {"Value":"x"}                        | MissingRequiredParameter
                    tags           | {"Value":"x","Action":"Dance"}       | InvalidInput
                    tags           | {"Value":" ","Action":"Add"}         | InvalidInput
                    setDeviceValue | {}                                   | MissingRequiredParameter
                    setDeviceValue | {"DeviceValue":"Huge"}               | InvalidInput
                    """)
    void shouldChangeNothingWhenTheRequestIsRefused(String verb, String body, String code) {
        Agent agent = enrol("ws5.corp.example");

        act(agent.machineId(), verb, body).statusCode(400).body("error.code", is(code));
        patch(agent, "{\"machineTags\":[\"ok\",\"" + "x".repeat(201) + "\"]}").statusCode(400);

        with(ALL)
                .get("/api/machines/" + agent.machineId())
                .then()
                .body("machineTags", empty())
                .body("deviceValue", is("Normal"));
    }

    @Test
    void shouldRefuseATagMoreThanAMachineMayHave() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update(
                "update machine set machine_tags = (select array_agg('t' || n) from generate_series(1, 200) n)");

        tag(agent, "more", "Add").statusCode(400).body("error.code", is("InvalidInput"));
        tag(agent, "t7", "Add").statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "findbyip(ip='10.1.1.7',timestamp=%s)",
                "FindByIp(timestamp=%s,ip=10.1.1.7)",
                "find(timestamp=%s,key='10.1.1.7')",
                "find(timestamp=%s,key=10.1.1.7)"
            })
    void shouldFindWhoHadTheAddressAtTheTime(String path) {
        Agent agent = enrol("ws5.corp.example");
        Agent later = enrol("ws6.corp.example");
        long now = WireTime.now().ticks();
        had(agent, now - 5 * HOUR, now - 4 * HOUR);
        had(later, now - HOUR, now);

        find(path.formatted(new WireTime(now - 4 * HOUR + HOUR / 6)))
                .statusCode(200)
                .body("value.id", contains(agent.machineId()));
        find(path.formatted(new WireTime(now))).body("value.id", contains(later.machineId()));
        find(path.formatted(new WireTime(now - 3 * HOUR))).statusCode(path.startsWith("find(") ? 404 : 200);
    }

    @Test
    void shouldFindByTheAddressAnAgentToldToo() {
        Agent agent = enrol("ws5.corp.example");

        find("findbyip(ip='10.20.4.14',timestamp=" + WireTime.now() + ")")
                .statusCode(200)
                .body("value.id", contains(agent.machineId()));
    }

    /// Every address it told, for as long as it told it.
    @Test
    void shouldFindByAnyAddressAnAgentHadThen() {
        Agent agent = enrol("ws5.corp.example");
        by(agent.credential())
                .body(
                        "{\"ipAddresses\":[{\"ipAddress\":\"10.20.4.14\"},{\"ipAddress\":\"192.168.5.5\"},{\"ipAddress\":\"fe80::1%eth0\"}]}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);
        TestDatabase.update("update machine_told_address set first_ticks = first_ticks - 72000000000,"
                + " last_ticks = last_ticks - 36000000000, day = (last_ticks - 36000000000) / 864000000000");

        WireTime anHourAgo = WireTime.now().plusSeconds(-3_600);

        find("findbyip(ip='192.168.5.5',timestamp=" + anHourAgo + ")").body("value.id", contains(agent.machineId()));
        find("findbyip(ip='10.20.4.14',timestamp=" + anHourAgo + ")").body("value.id", contains(agent.machineId()));
        find("findbyip(ip='192.168.5.5',timestamp=" + WireTime.now().plusSeconds(-4 * 3_600) + ")")
                .body("value", empty());
        find("findbyip(ip='192.168.5.5',timestamp=" + WireTime.now() + ")").body("value", empty());
        by(agent.credential()).body("{}").post("/agent/v1/checkin").then().statusCode(200);
        find("findbyip(ip='192.168.5.5',timestamp=" + WireTime.now() + ")")
                .body("value.id", contains(agent.machineId()));
    }

    /// A laptop that was here in the morning and in the evening was not here at noon.
    @Test
    void shouldNotFindByAnAddressBetweenTwoTimesItWasHad() {
        Agent agent = enrol("ws5.corp.example");
        long midnight = (WireTime.now().ticks() / 864_000_000_000L - 1) * 864_000_000_000L;
        for (String table : List.of("machine_address", "machine_told_address")) {
            String address = table.equals("machine_address") ? "10.1.1.8" : "10.1.1.9";
            TestDatabase.update(
                    "insert into " + table + " (tenant_id, address, day, machine_id, first_ticks, last_ticks, seen)"
                            + " values (cast(? as uuid), ?, ?, ?, ?, ?, cast(? as bit(288)))",
                    Tokens.TENANT,
                    address,
                    (int) (midnight / 864_000_000_000L),
                    agent.machineId(),
                    midnight + 8 * HOUR,
                    midnight + 20 * HOUR,
                    marks(8 * 12, 10 * 12, 20 * 12));

            for (int hour : List.of(8, 10, 20)) {
                find("findbyip(ip='" + address + "',timestamp=" + new WireTime(midnight + hour * HOUR) + ")")
                        .body("value.id", contains(agent.machineId()));
            }
            for (int hour : List.of(9, 14, 21)) {
                find("findbyip(ip='" + address + "',timestamp=" + new WireTime(midnight + hour * HOUR) + ")")
                        .body("value", empty());
            }
        }
    }

    private static String marks(int... set) {
        var marks = new BitSet();
        Arrays.stream(set).forEach(marks::set);
        return AddressMarks.text(marks);
    }

    /// Of two check-ins with hours between, each marks its own time.
    @Test
    void shouldMarkTheFiveMinutesAnAddressWasToldIn() {
        Agent agent = enrol("ws5.corp.example");
        long now = WireTime.now().ticks();
        int mark = AddressMarks.of(now);
        int before = (mark + 144) % 288;
        TestDatabase.update(
                "update machine_told_address set seen = cast(? as bit(288)), last_ticks = last_ticks - 1200000000000",
                marks(before));

        by(agent.credential()).body("{}").post("/agent/v1/checkin").then().statusCode(200);

        int after = AddressMarks.of(WireTime.now().ticks());
        assertThat((String) TestDatabase.value("select seen::text from machine_told_address order by day desc limit 1"))
                .satisfiesAnyOf(
                        seen -> assertThat(seen).isEqualTo(marks(before, mark)),
                        seen -> assertThat(seen).isEqualTo(marks(before, after)),
                        seen -> assertThat(seen).isEqualTo(marks(after)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'ipAddress':'127.0.0.1'}",
                "{'ipAddress':'10.9.9.9','type':'SoftwareLoopback'}",
                "{'ipAddress':'::1'}",
                "{'ipAddress':'169.254.7.7'}",
                "{'ipAddress':'fe80::1%eth0'}",
                "{'ipAddress':'10.9.9.9','operationalStatus':'Down'}",
                "{'ipAddress':'10.9.9.9','operationalStatus':'LowerLayerDown'}"
            })
    void shouldKeepNoAddressThatLeadsNowhere(String told) {
        Agent agent = enrol("ws5.corp.example");

        by(agent.credential())
                .body("{\"ipAddresses\":[" + told.replace('\'', '"') + ",{\"ipAddress\":\"10.9.9.8\"}]}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);

        assertThat(TestDatabase.column("select distinct address from machine_told_address"))
                .containsExactlyInAnyOrder("10.20.4.14", "10.9.9.8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8::1",
                "2001:DB8:0:0::1",
                "2001:DB8:0:0:0:0:0:1",
                "2001:0db8:0000:0000:0000:0000:0000:0001"
            })
    void shouldFindByAnAddressHoweverItIsWritten(String told) {
        Agent agent = enrol("ws5.corp.example");
        by(agent.credential())
                .body("{\"ipAddresses\":[{\"ipAddress\":\"" + told + "\"}]}")
                .post("/agent/v1/checkin")
                .then()
                .statusCode(200);

        for (String asked : List.of("2001:db8::1", "2001:DB8:0:0::1")) {
            find("findbyip(ip='" + asked + "',timestamp=" + WireTime.now() + ")")
                    .body("value.id", contains(agent.machineId()));
        }
    }

    @Test
    void shouldTagNoneWhenOneHasAsManyTagsAsMayBe() {
        Agent one = enrol("ws5.corp.example");
        Agent full = enrol("ws6.corp.example");
        TestDatabase.update(
                "update machine set machine_tags = array(select 't' || n from generate_series(1, 200) n) where id = ?",
                full.machineId());

        with(ALL)
                .body("{\"Value\":\"new\",\"Action\":\"Add\",\"MachineIds\":[\"" + one.machineId() + "\",\""
                        + full.machineId() + "\"]}")
                .post("/api/machines/AddOrRemoveTagForMultipleMachines")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));

        with(ALL).get("/api/machines/" + one.machineId()).then().body("machineTags", empty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    findbyip(ip='256.1.1.1',timestamp=2026-01-05T10:00:00Z) | InvalidIpAddress
                    findbyip(ip='10.1.1.7',timestamp=2001-01-05T10:00:00Z)  | InvalidInput
                    findbyip(ip='10.1.1.7',timestamp=yesterday)             | InvalidInput
                    findbyip(ip='10.1.1.7')                                 | MissingRequiredParameter
                    findbytag                                               | MissingRequiredParameter
                    findbytag?tag=x&useStartsWithFilter=perhaps             | InvalidInput
                    """)
    void shouldRefuseWhatCannotBeLookedFor(String path, String code) {
        find(path).statusCode(400).body("error.code", is(code));
    }

    @Test
    void shouldFindByTagOrItsBeginning() {
        Agent agent = enrol("ws5.corp.example");
        enrol("ws6.corp.example");
        tag(agent, "tier0-dc", "Add");

        find("findbytag?tag=tier0-dc").statusCode(200).body("value.id", contains(agent.machineId()));
        find("findByTag/?tag=tier0").body("value", empty());
        find("findbytag?tag=tier0&useStartsWithFilter=true").body("value.id", contains(agent.machineId()));
        find("findbytag?tag=_ier0&useStartsWithFilter=true").body("value", empty());
    }

    @Test
    void shouldKeepTheOldFormForApplications() {
        by(Tokens.user("ann@corp.example", "Machine.Read"))
                .get("/api/machines/find(timestamp=" + WireTime.now() + ",key='10.1.1.7')")
                .then()
                .statusCode(403);
    }

    @Test
    void shouldTellWhoWasActiveOnAMachine() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update(
                "insert into user_fact (tenant_id, account_name, account_domain, account_sid, last_seen_day)"
                        + " values (cast(? as uuid), 'm.ortiz', 'corp', 'S-1-5-21-1', 1)",
                Tokens.TENANT);
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours, labels)"
                        + " values (cast(? as uuid), 'User', 'corp\\m.ortiz', ?, 17700000000000000, 17700036000000000, cast('11' as bit(768)),"
                        + " '{Interactive,Network}')",
                Tokens.TENANT,
                agent.machineId());

        var users = with("User.Read.All").get("/api/machines/" + agent.machineId() + "/logonUsers");

        AnswerCheck.collection(users, "Users", "User");
        users.then()
                .body("value.id", contains("corp\\m.ortiz"))
                .body("value[0].logOnMachinesCount", is(1))
                .body("value[0].logonTypes", is("Interactive,Network"))
                .body("value[0].isOnlyNetworkUser", is(false));
        with("Machine.Read.All")
                .get("/api/machines/" + agent.machineId() + "/logonusers")
                .then()
                .statusCode(403);
        with("User.Read.All").get("/api/machines/nosuch/logonusers").then().statusCode(404);
    }

    private static void had(Agent agent, long from, long to) {
        for (long day = from / 864_000_000_000L; day <= to / 864_000_000_000L; day++) {
            TestDatabase.update(
                    "insert into machine_address (tenant_id, address, day, machine_id, first_ticks, last_ticks)"
                            + " values (cast(? as uuid), '10.1.1.7', ?, ?, ?, ?)",
                    Tokens.TENANT,
                    (int) day,
                    agent.machineId(),
                    from,
                    to);
        }
    }

    private static ValidatableResponse find(String path) {
        return with("Machine.Read.All").get("/api/machines/" + path).then();
    }

    private static ValidatableResponse tag(Agent agent, String value, String action) {
        return act(agent.machineId(), "tags", "{\"Value\":\"" + value + "\",\"Action\":\"" + action + "\"}");
    }

    private static ValidatableResponse tagMany(String ids) {
        return with(ALL)
                .body("{\"Value\":\"t\",\"Action\":\"Add\",\"MachineIds\":[" + ids + "]}")
                .post("/api/machines/AddOrRemoveTagForMultipleMachines")
                .then();
    }

    private static ValidatableResponse patch(Agent agent, String body) {
        return with(ALL).body(body).patch("/api/machines/" + agent.machineId()).then();
    }
}
