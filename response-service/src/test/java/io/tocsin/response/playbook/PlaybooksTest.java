package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `/v1/playbooks` and `/v1/playbook-runs`: what is taken and given (docs/api.md).
@QuarkusTest
class PlaybooksTest extends PlaybookApiTest {

    @Test
    void shouldGoOnByTheVersionItBeganWithAndWithoutItsPlaybook() {
        String id = create("{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\"}}}");
        String run = run(id, "{}");
        String step = waiting(run);
        with(AUTHOR)
                .body(
                        "{\"name\":\"P\",\"definition\":{\"start\":\"other\",\"steps\":{\"other\":{\"type\":\"Wait\",\"duration\":\"PT1S\"}}}}")
                .put("/v1/playbooks/" + id)
                .then()
                .statusCode(200)
                .body("version", is(2));
        with(AUTHOR).get("/v1/playbooks/" + id + "/versions").then().body("value.version", is(List.of(2, 1)));
        with(AUTHOR).delete("/v1/playbooks/" + id).then().statusCode(204);
        with(AUTHOR).get("/v1/playbooks/" + id).then().statusCode(404);

        decide(run, step, "approve", AUTHOR).statusCode(200);

        ends(run, "Succeeded");
        assertThat(detail(run).getInt("run.version")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":\"n\"}",
                "{\"name\":\"\",\"definition\":{}}",
                "{\"name\":\"n\",\"definition\":7}",
                "{\"name\":\"n\",\"definition\":{\"start\":\"a\",\"steps\":{}}}"
            })
    void shouldRefuseWhatIsNoPlaybook(String body) {
        with(AUTHOR).body(body).post("/v1/playbooks").then().statusCode(400);
        assertThat(TestDatabase.count("playbook")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?state=dancing", "?cursor=x", "?playbookId=x"})
    void shouldRefuseWhatIsNoQueryOfRuns(String query) {
        with(AUTHOR).get("/v1/playbook-runs" + query).then().statusCode(400).body("error.code", is("InvalidInput"));
    }

    @Test
    void shouldTakeAndGiveCacao() {
        JsonPath templates = with(AUTHOR)
                .get("/v1/playbooks/templates")
                .then()
                .statusCode(200)
                .body("value", hasSize(6))
                .extract()
                .jsonPath();
        assertThat(templates.getList("value.name")).doesNotHaveDuplicates();
        String id = create(
                "{\"start\":\"ask\",\"steps\":{\"ask\":{\"type\":\"Approval\",\"message\":\"one\",\"permission\":\"Machine.Isolate\"}}}");
        String document = with(AUTHOR)
                .get("/v1/playbooks/" + id + "/cacao")
                .then()
                .statusCode(200)
                .body("playbook.spec_version", is("cacao-2.0"))
                .body("losses", hasSize(1))
                .extract()
                .asString();
        String playbook = document.substring(document.indexOf(':') + 1, document.lastIndexOf(",\"losses\""));

        with(AUTHOR)
                .body(playbook)
                .post("/v1/playbooks/cacao")
                .then()
                .statusCode(201)
                .body("losses", empty())
                .body("playbook.enabled", is(false))
                .body("playbook.definition.steps.ask.permission", is("Machine.Isolate"));
        with(AUTHOR)
                .body("{\"type\":\"playbook\"}")
                .post("/v1/playbooks/cacao")
                .then()
                .statusCode(400);
    }

    @Test
    void shouldPageThroughRuns() {
        String id = create("{\"start\":\"wait\",\"steps\":{\"wait\":{\"type\":\"Wait\",\"duration\":\"PT1S\"}}}");
        run(id, "{}");
        TestDatabase.update("""
                insert into playbook_run (tenant_id, id, playbook_id, playbook_name, version, trigger, dry_run, state, start_ticks,
                    end_ticks, deadline, input)
                select tenant_id, gen_random_uuid(), playbook_id, playbook_name, version, 'Manual', false, 'Failed', n / 3, 1, now(),
                    '{}' from playbook_run, generate_series(1, 120) n
                """);
        JsonPath first = with(AUTHOR)
                .get("/v1/playbook-runs")
                .then()
                .body("value", hasSize(100))
                .extract()
                .jsonPath();
        JsonPath rest = with(AUTHOR)
                .get("/v1/playbook-runs?cursor=" + first.getString("nextCursor"))
                .then()
                .body("value", hasSize(21))
                .body("nextCursor", nullValue())
                .extract()
                .jsonPath();
        var all = new ArrayList<String>(first.getList("value.id"));
        all.addAll(rest.getList("value.id"));
        assertThat(all).doesNotHaveDuplicates().hasSize(121);
    }
}
