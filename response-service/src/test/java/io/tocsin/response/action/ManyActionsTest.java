package io.tocsin.response.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ManyActionsTest extends ApiTest {

    @Test
    void shouldOrderForEachAndSayWhyNotForOthers() {
        // Given
        Agent one = enrol("ws1.corp.example");
        Agent busy = enrol("ws2.corp.example");
        String open = with("Machine.Isolate")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machines/" + busy.machineId() + "/isolate")
                .then()
                .statusCode(201)
                .extract()
                .path("id");

        // When
        ValidatableResponse answer = order(
                        "Isolate",
                        "\"isolationType\":\"selective\"",
                        one.machineId(),
                        busy.machineId(),
                        "nobody.example")
                .statusCode(200);

        // Then
        answer.body("ordered", is(1))
                .body("refused", is(2))
                .body("value", hasSize(3))
                .body("value[0].machineId", is(one.machineId()))
                .body("value[0].error", nullValue())
                .body("value[1].id", nullValue())
                .body("value[1].error.code", is("ActiveRequestAlreadyExists"))
                .body("value[1].error.message", is("Action is already in progress"))
                .body("value[2].machineId", is("nobody.example"))
                .body("value[2].error.code", is("ResourceNotFound"));
        String id = answer.extract().path("value[0].id");
        with("Machine.Read.All")
                .get("/api/machineactions/" + id)
                .then()
                .body("type", is("Isolate"))
                .body("scope", is("Selective"))
                .body("status", is("Pending"))
                .body("requestor", is("test-app"))
                .body("requestorComment", is("outbreak"))
                .body("title", is("t"))
                .body("externalId", is("case 9"))
                .body("computerDnsName", is("ws1.corp.example"));
        one.actions(5).body("value[0].id", is(id));
        busy.actions(5).body("value[0].id", is(open));
        assertThat(TestDatabase.column("select action from audit_entry where target = ? order by id", id))
                .isEqualTo(List.of("action.submit", "action.deliver"));
    }

    @Test
    void shouldTakeAMachineOnceHoweverOftenAndByWhateverNameItIsGiven() {
        Agent agent = enrol("ws1.corp.example");

        order("RunAntiVirusScan", "\"scanType\":\"Quick\"", agent.machineId(), agent.machineId(), "WS1.corp.example")
                .statusCode(200)
                .body("value.machineId", is(List.of(agent.machineId())))
                .body("ordered", is(1))
                .body("refused", is(0));
        assertThat(TestDatabase.column("select machine_id from machine_action")).isEqualTo(List.of(agent.machineId()));
    }

    @Test
    void shouldOrderNothingTwiceUnderOneKey() {
        Agent agent = enrol("ws1.corp.example");
        String key = UUID.randomUUID().toString();
        String body = "{\"type\":\"Isolate\",\"comment\":\"c\",\"machineIds\":[\"" + agent.machineId() + "\"]}";

        String id = with("Machine.Isolate")
                .header("Idempotency-Key", key)
                .body(body)
                .post("/v1/machineactions")
                .then()
                .statusCode(200)
                .extract()
                .path("value[0].id");

        with("Machine.Isolate")
                .header("Idempotency-Key", key)
                .body(body)
                .post("/v1/machineactions")
                .then()
                .header("Idempotency-Replayed", is("true"))
                .body("value[0].id", is(id));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LiveResponse      | "title":"t"                          | InvalidInput
            Offboard          | "title":"t"                          | InvalidInput
            KillProcess       | "title":"t"                          | InvalidInput
            RunAntiVirusScan  | "title":"t"                          | MissingRequiredParameter
            RunAntiVirusScan  | "scanType":"deep"                    | InvalidInput
            Isolate           | "isolationType":"half"               | InvalidInput
            StopAndQuarantineFile | "sha1":"12"                      | InvalidHashValue
            """)
    void shouldRefuseTheWholeWhereTheActionIsWrong(String type, String more, String code) {
        Agent agent = enrol("ws1.corp.example");

        with(ALL)
                .body("{\"type\":\"" + type + "\",\"comment\":\"c\"," + more + ",\"machineIds\":[\"" + agent.machineId()
                        + "\"]}")
                .post("/v1/machineactions")
                .then()
                .statusCode(400)
                .body("error.code", is(code));
        assertThat(TestDatabase.column("select machine_id from machine_action")).isEmpty();
    }

    @Test
    void shouldRefuseMoreThanAThousandNoneAndNoComment() {
        String many =
                IntStream.rangeClosed(0, 1000).mapToObj(i -> "\"m" + i + "\"").collect(Collectors.joining(","));
        for (String body : List.of(
                "{\"type\":\"Isolate\",\"comment\":\"c\",\"machineIds\":[" + many + "]}",
                "{\"type\":\"Isolate\",\"comment\":\"c\",\"machineIds\":[]}",
                "{\"type\":\"Isolate\",\"machineIds\":[\"m\"]}")) {
            with(ALL).body(body).post("/v1/machineactions").then().statusCode(400);
        }
    }

    @Test
    void shouldNeedWhatTheSingleActionNeeds() {
        Agent agent = enrol("ws1.corp.example");

        with("Machine.Scan")
                .body("{\"type\":\"Isolate\",\"comment\":\"c\",\"machineIds\":[\"" + agent.machineId() + "\"]}")
                .post("/v1/machineactions")
                .then()
                .statusCode(403);
        assertThat(TestDatabase.column("select machine_id from machine_action")).isEmpty();
    }

    private static ValidatableResponse order(String type, String more, String... machines) {
        return with("Machine.Isolate", "Machine.Scan")
                .body("{\"type\":\"" + type + "\",\"comment\":\"outbreak\",\"title\":\"t\",\"externalId\":\"case 9\","
                        + more + ",\"machineIds\":[\"" + String.join("\",\"", machines) + "\"]}")
                .post("/v1/machineactions")
                .then();
    }
}
