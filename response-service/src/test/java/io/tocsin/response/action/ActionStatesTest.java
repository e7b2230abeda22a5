package io.tocsin.response.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every state and every event, over HTTP, against the table [ActionStatus] is.
@QuarkusTest
class ActionStatesTest extends ApiTest {

    /// An action that was taken once, put into a state.
    private record Placed(Agent agent, String id, String lease) {

        private String status() {
            return with("Machine.Read.All").get("/api/machineactions/" + id).path("status");
        }
    }

    private static Placed placed(ActionStatus status) {
        Agent agent = enrol("ws-" + status.name().toLowerCase(java.util.Locale.ROOT) + ".corp.example");
        String id = isolate(agent);
        String lease = agent.lease();
        TestDatabase.update(
                "update machine_action set status = ?, lease_expires_at = now() - interval '1 second' where id = cast(? as uuid)",
                status.name(),
                id);
        return new Placed(agent, id, lease);
    }

    /// docs/adr/039 §Decision, written out: what else is tested here is told by the table itself.
    @ParameterizedTest
    @CsvSource({
        "Pending, DELIVER, MOVES, InProgress",
        "Pending, REPORT_SUCCESS, NEVER, Pending",
        "Pending, REPORT_FAILURE, NEVER, Pending",
        "Pending, CANCEL, MOVES, Cancelled",
        "Pending, EXPIRE, MOVES, TimeOut",
        "InProgress, DELIVER, MOVES, InProgress",
        "InProgress, REPORT_SUCCESS, MOVES, Succeeded",
        "InProgress, REPORT_FAILURE, MOVES, Failed",
        "InProgress, CANCEL, MOVES, Cancelled",
        "InProgress, EXPIRE, MOVES, TimeOut",
        "Succeeded, DELIVER, NEVER, Succeeded",
        "Succeeded, REPORT_SUCCESS, TOO_LATE, Succeeded",
        "Succeeded, REPORT_FAILURE, TOO_LATE, Succeeded",
        "Succeeded, CANCEL, TOO_LATE, Succeeded",
        "Succeeded, EXPIRE, NEVER, Succeeded",
        "Failed, DELIVER, NEVER, Failed",
        "Failed, REPORT_SUCCESS, TOO_LATE, Failed",
        "Failed, REPORT_FAILURE, TOO_LATE, Failed",
        "Failed, CANCEL, TOO_LATE, Failed",
        "Failed, EXPIRE, NEVER, Failed",
        "TimeOut, DELIVER, NEVER, TimeOut",
        "TimeOut, REPORT_SUCCESS, KEPT_BESIDE, TimeOut",
        "TimeOut, REPORT_FAILURE, KEPT_BESIDE, TimeOut",
        "TimeOut, CANCEL, TOO_LATE, TimeOut",
        "TimeOut, EXPIRE, NEVER, TimeOut",
        "Cancelled, DELIVER, NEVER, Cancelled",
        "Cancelled, REPORT_SUCCESS, KEPT_BESIDE, Cancelled",
        "Cancelled, REPORT_FAILURE, KEPT_BESIDE, Cancelled",
        "Cancelled, CANCEL, TOO_LATE, Cancelled",
        "Cancelled, EXPIRE, NEVER, Cancelled"
    })
    void shouldMoveAsDecided(
            ActionStatus status, ActionStatus.Event event, ActionStatus.Effect effect, ActionStatus next) {
        assertThat(status.on(event)).isEqualTo(new ActionStatus.Outcome(effect, next));
    }

    static Stream<Arguments> statesAndEvents() {
        return Stream.of(ActionStatus.values())
                .flatMap(status -> Stream.of(ActionStatus.Event.values())
                        .filter(event -> event != ActionStatus.Event.EXPIRE)
                        .map(event -> Arguments.of(status, event)));
    }

    @ParameterizedTest
    @MethodSource("statesAndEvents")
    void shouldDoWhatTheTableSays(ActionStatus status, ActionStatus.Event event) {
        Placed it = placed(status);
        ActionStatus.Outcome outcome = status.on(event);

        switch (event) {
            case DELIVER ->
                it.agent()
                        .actions(0)
                        .body(
                                "value.id",
                                is(outcome.effect() == ActionStatus.Effect.MOVES ? List.of(it.id()) : List.of()));
            case REPORT_SUCCESS, REPORT_FAILURE -> {
                String says = event == ActionStatus.Event.REPORT_SUCCESS ? "Succeeded" : "Failed";
                it.agent()
                        .report(it.id(), it.lease(), says)
                        .statusCode(200)
                        .body("status", is(outcome.next().name()))
                        .body("accepted", is(outcome.next().name().equals(says)));
                assertThat(TestDatabase.value("select late_status from machine_action"))
                        .isEqualTo(outcome.effect() == ActionStatus.Effect.KEPT_BESIDE ? says : null);
            }
            case CANCEL ->
                with(ALL)
                        .body("{}")
                        .post("/api/machineactions/" + it.id() + "/cancel")
                        .then()
                        .statusCode(outcome.effect() == ActionStatus.Effect.MOVES ? 200 : 400);
            case EXPIRE -> throw new AssertionError("has a test of its own");
        }
        assertThat(it.status()).isEqualTo(outcome.next().name());
    }

    @Test
    void shouldEndWhatIsOpenAndLeaveTheRestWhenDeadlinesPass() {
        Map<ActionStatus, Placed> all = new EnumMap<>(ActionStatus.class);
        for (ActionStatus status : ActionStatus.values()) {
            all.put(status, placed(status));
        }

        TestDatabase.update("update machine_action set deadline = now() - interval '1 second'");

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(TestDatabase.value(
                                "select count(*) from machine_action where status in ('Pending', 'InProgress')"))
                        .isEqualTo(0L));
        all.forEach((status, it) -> assertThat(it.status())
                .isEqualTo(status.on(ActionStatus.Event.EXPIRE).next().name()));
        // Whoever still works on it need not go on; who never heard of it hears nothing.
        Placed taken = all.get(ActionStatus.InProgress);
        taken.agent().actions(0).body("cancelled", is(List.of(taken.id())));
        taken.agent().actions(0).body("cancelled", is(List.of()));
        all.get(ActionStatus.Pending).agent().actions(0).body("cancelled", is(List.of()));
    }
}
