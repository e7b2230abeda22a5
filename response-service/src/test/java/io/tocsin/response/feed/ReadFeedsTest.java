package io.tocsin.response.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `/v1/feeds/actions` and `/v1/feeds/investigations` (docs/api.md).
@QuarkusTest
class ReadFeedsTest extends ApiTest {

    @Test
    void shouldTellEveryChangeOfAnActionInOrderAndOnFromItsCursor() {
        // Given
        Agent agent = enrol("ws5.corp.example");
        String id = isolate(agent);

        // When
        Response first = settled("actions", "?from=beginning", 1);
        JsonPath given = agent.actions(0).extract().jsonPath();
        agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded")
                .statusCode(200);
        String cursor = first.header("Tocsin-Next-Cursor");
        Response second = settled("actions", "?cursor=" + cursor, 2);

        // Then
        assertThat(lines(first, "action")).containsExactly("Created " + id);
        assertThat(lines(second, "action")).containsExactly("Updated " + id, "Updated " + id);
        JsonPath last = second.asString().lines().map(JsonPath::from).toList().get(1);
        assertThat(last.getString("action.status")).isEqualTo("Succeeded");
        assertThat(last.getString("report.message")).isEqualTo("done");
        assertThat(last.getInt("report.deliveries")).isEqualTo(1);
        assertThat(lines(page("actions", "?cursor=" + second.header("Tocsin-Next-Cursor")), "action"))
                .isEmpty();
    }

    @Test
    void shouldSayWhereToBeginWhenWhatCameBehindACursorIsNotKept() {
        // Given
        Agent agent = enrol("ws5.corp.example");
        String before = page("actions", "?from=now").header("Tocsin-Next-Cursor");
        isolate(agent);
        String behind = settled("actions", "?from=beginning", 1).header("Tocsin-Next-Cursor");
        TestDatabase.update("update response_change set changed_ticks = changed_ticks - 31 * 864000000000");

        // When
        await().until(() -> {
            TestDatabase.update(
                    "update scheduled_tasks_response set execution_time = now() where task_name = 'prune-feed' and not picked");
            return TestDatabase.count("response_change") == 0;
        });

        // Then
        page("actions", "?cursor=" + before).then().statusCode(410).body("error.code", is("CursorExpired"));
        page("actions", "?cursor=" + behind).then().statusCode(200);
        page("actions", "?from=beginning").then().statusCode(200);
    }

    @Test
    void shouldTellOfTheCommandsOfALiveResponseAndNotOfWhatThePartnerApiDoesNotShow() {
        Agent agent = enrol("ws5.corp.example");
        String live = act(
                        agent.machineId(),
                        "runliveresponse",
                        "{\"Comment\":\"c\",\"Commands\":[{\"type\":\"GetFile\",\"params\":[{\"key\":\"Path\",\"value\":\"C:\\\\x\"}]}]}")
                .statusCode(201)
                .extract()
                .path("id");
        String lease = agent.lease();
        TestDatabase.update(
                "insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,"
                        + " last_update_ticks, deadline) values (gen_random_uuid(), cast(? as uuid), 'KillProcess', 'x', 'Automation',"
                        + " 'Succeeded', ?, 1, 1, now())",
                Tokens.TENANT,
                agent.machineId());

        agent.command(live, lease, 0, "Executing").statusCode(200);

        Response page = settled("actions", "?from=beginning", 3);
        assertThat(lines(page, "action")).containsExactly("Created " + live, "Updated " + live, "Updated " + live);
    }

    @Test
    void shouldTellHowAnInvestigationGoesOnAndFilter() {
        Agent agent = enrol("ws5.corp.example");
        String id = with("Alert.ReadWrite.All")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                .path("id");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/investigations/" + id)
                        .then()
                        .body("state", is("Benign")));

        Response all = settled("investigations", "?from=beginning", 2);

        assertThat(lines(all, "investigation")).startsWith("Created " + id).endsWith("Updated " + id);
        assertThat(lines(page("investigations", "?from=beginning&$filter=state%20eq%20'Queued'"), "investigation"))
                .isEmpty();
        assertThat(lines(page("investigations", "?from=beginning&$filter=id%20eq%20" + id), "investigation"))
                .isNotEmpty();
    }

    @Test
    void shouldWakeWhoWaitsAndEndAStreamOfEventsByItself() throws Exception {
        Agent agent = enrol("ws5.corp.example");
        String now = page("actions", "?from=now").header("Tocsin-Next-Cursor");
        var waiting = CompletableFuture.supplyAsync(() -> page("actions", "?wait=30&cursor=" + now));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<java.io.InputStream> stream = client.send(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + RestAssured.port + "/v1/feeds/actions?cursor=" + now))
                            .header("Authorization", "Bearer " + Tokens.application("Machine.Read.All"))
                            .header("Accept", "text/event-stream")
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());

            String id = isolate(agent);

            assertThat(lines(waiting.join(), "action")).containsExactly("Created " + id);
            assertThat(stream.statusCode()).isEqualTo(200);
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                var seen = new ArrayList<String>();
                while (seen.stream().noneMatch(line -> line.startsWith("data:"))) {
                    seen.add(lines.readLine());
                }
                assertThat(seen).contains("event: action.created");
                assertThat(seen.getLast()).contains(id);
            }
        }
    }

    @Test
    void shouldShowAPersonOnlyWhatIsOnMachinesInReach() {
        Agent agent = enrol("ws5.corp.example");
        isolate(agent);
        settled("actions", "?from=beginning", 1);
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '[]')
                """, Tokens.TENANT);
        TestDatabase.update("update machine set rbac_group_id = 7, group_generation = 1");

        Response outside = by(Tokens.member(Set.of("others"), "kim@corp.example", "Machine.Read"))
                .get("/v1/feeds/actions?from=beginning");
        Response inside = by(Tokens.member(Set.of("admins"), "ann@corp.example", "Machine.Read"))
                .get("/v1/feeds/actions?from=beginning");

        assertThat(lines(outside, "action")).isEmpty();
        assertThat(lines(inside, "action")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?cursor=nonsense",
                "?from=yesterday",
                "?limit=0",
                "?wait=-1",
                "?$filter=nothing%20eq%20'x'",
                "?$top=1",
                "?$filter=type%20eq%20'KillProcess'"
            })
    void shouldRefuseWhatIsNoQueryOfAFeed(String query) {
        page("actions", query).then().statusCode(400);
    }

    private static Response page(String feed, String query) {
        return with("Machine.Read.All", "Alert.Read.All").get("/v1/feeds/" + feed + query);
    }

    /// The page once so many changes are there: a writer that is still open holds the feed back.
    private static Response settled(String feed, String query, int lines) {
        String subject = feed.substring(0, feed.length() - 1);
        return await().atMost(Duration.ofSeconds(20))
                .until(() -> page(feed, query), page -> lines(page, subject).size() >= lines);
    }

    /// `Created 331` of each line.
    private static List<String> lines(Response page, String subject) {
        return page.then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .map(JsonPath::from)
                .filter(line -> line.get("change") != null)
                .map(line -> line.getString("change") + " " + line.getString(subject + ".id"))
                .toList();
    }
}
