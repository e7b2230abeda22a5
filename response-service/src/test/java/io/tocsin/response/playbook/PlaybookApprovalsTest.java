package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
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
