package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What approvals ask, and whom (docs/api.md).
@QuarkusTest
class PlaybookApprovalsTest extends PlaybookApiTest {

    @Test
    void shouldWaitForWhomTheStepAsksAndTakeNoForAnAnswer() {
        String id = create("""
                {"start":"ask","steps":{
                "ask":{"type":"Approval","message":"Go on with ${trigger.name}?","permission":"Machine.Isolate","next":"wait","onRejected":"tell"},
                "wait":{"type":"Wait","duration":"PT1S"},
                "tell":{"type":"Http","method":"GET","url":"%s/no"}}}""".formatted(address()));
        String yes = run(id, "{\"input\":{\"name\":\"N\"}}");
        String no = run(id, "{\"input\":{\"name\":\"N\"}}");
        String step = waiting(yes);
        assertThat(detail(yes).getString("steps[0].input.message")).isEqualTo("Go on with N?");

        decide(yes, step, "approve", "Machine.ReadWrite.All")
                .statusCode(403)
                .body("error.message", containsString("Machine.Isolate"));
        decide(no, step, "approve", AUTHOR).statusCode(404);
        decide(yes, step, "approve", AUTHOR).statusCode(200).body("steps[0].decidedBy", is("test-app"));
        decide(yes, step, "approve", AUTHOR).statusCode(404);
        decide(no, waiting(no), "reject", AUTHOR).statusCode(200);

        ends(yes, "Succeeded");
        ends(no, "Succeeded");
        assertThat(detail(no).getList("steps.state")).containsExactly("Rejected", "Succeeded");
        assertThat(calls).hasSize(1);
    }

    @Test
    void shouldGoOnWhenAsManyPeopleAsItTakesHaveApprovedAndStopAtOneNo() {
        String id = create("""
                {"start":"ask","steps":{"ask":{"type":"Approval","message":"m","approvals":2,"next":"wait"},"wait":{"type":"Wait","duration":"PT1S"}}}""");
        String yes = run(id, "{}");
        String no = run(id, "{}");
        String step = waiting(yes);

        decide(yes, step, "approve", AUTHOR)
                .statusCode(200)
                .body("steps[0].state", is("Waiting"))
                .body("steps[0].approvedBy", is(List.of("test-app")))
                .body("steps[0].decidedBy", nullValue());
        decide(yes, step, "approve", AUTHOR)
                .statusCode(400)
                .body("error.message", is("The caller has approved it; it takes somebody else"));
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> detail(yes).getString("steps[0].state").equals("Waiting"));
        byKim(yes, step, "approve")
                .statusCode(200)
                .body("steps[0].approvedBy", is(List.of("test-app", "kim@corp.example")));
        ends(yes, "Succeeded");
        assertThat(detail(yes).getString("steps[0].output.decidedBy")).isEqualTo("kim@corp.example");
        String other = waiting(no);
        decide(no, other, "approve", AUTHOR).statusCode(200);
        byKim(no, other, "reject").statusCode(200);
        ends(no, "Failed");
        assertThat(TestDatabase.column(
                        "select action from audit_entry where target = ? and action like 'playbook-run.%' order by id",
                        yes))
                .containsExactly(
                        "playbook-run.start", "playbook-run.approve", "playbook-run.approve", "playbook-run.end");
    }

    private static ValidatableResponse byKim(String run, String step, String how) {
        return by(Tokens.member(Set.of(), "kim@corp.example", "Machine.ReadWrite", "SecurityConfiguration.Read"))
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + run + "/steps/" + step + "/" + how)
                .then();
    }

    @Test
    void shouldNotLetHimApproveWhoStartedItWhereThatTakesFourEyes() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"m\"}}}");
        String approved = run(id, "{}");
        String rejected = run(id, "{}");
        String free = run(id, "{}");
        decide(free, waiting(free), "approve", AUTHOR).statusCode(200);
        TestDatabase.update("""
                insert into remediation_policy (tenant_id, four_eyes, server_approvals, share_verdicts, share_days,
                    last_updated_by, last_update_ticks) values (cast(? as uuid), true, 1, false, 7, 'a', 1)
                """, Tokens.TENANT);

        decide(approved, waiting(approved), "approve", AUTHOR)
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        decide(rejected, waiting(rejected), "reject", AUTHOR).statusCode(200);
        by(Tokens.member(Set.of(), "kim@corp.example", "Machine.ReadWrite"))
                .body("{\"comment\":\"c\"}")
                .post("/v1/playbook-runs/" + approved + "/steps/" + waiting(approved) + "/approve")
                .then()
                .statusCode(200);

        ends(approved, "Succeeded");
    }
}
