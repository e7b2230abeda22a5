package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Delivery by server-sent events, and what wakes who waits (docs/adr/056).
@QuarkusTest
class AgentStreamTest extends ApiTest {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void shouldTellWhatThereIsAndWhatComesAndWhatIsCancelled() throws Exception {
        // Given
        Agent agent = enrol("ws5.corp.example");
        String before = isolate(agent);

        try (Stream stream = open(agent)) {
            // When
            String lease = stream.next().getString("value[0].leaseId");
            agent.report(before, lease, "Succeeded").statusCode(200);
            String scan = act(agent.machineId(), "runAntiVirusScan", "{\"Comment\":\"c\",\"ScanType\":\"Quick\"}")
                    .statusCode(201)
                    .extract()
                    .path("id");
            JsonPath told = stream.next();
            with(ALL).body("{\"Comment\":\"c\"}").post("/api/machineactions/" + scan + "/cancel");
            JsonPath cancelled = stream.next();

            // Then
            assertThat(told.getString("value[0].id")).isEqualTo(scan);
            assertThat(told.getString("value[0].type")).isEqualTo("RunAntiVirusScan");
            assertThat(cancelled.getList("value")).isEmpty();
            assertThat(cancelled.getList("cancelled", String.class)).containsExactly(scan);
        }
    }

    /// Another replica leaves nothing behind but its row.
    @Test
    void shouldWakeForAnActionThatWasMadeOnAnotherReplica() throws Exception {
        Agent agent = enrol("ws5.corp.example");
        isolate(agent);
        var poll = CompletableFuture.supplyAsync(() -> {
            agent.lease();
            return agent.actions(50).extract().jsonPath();
        });
        await().until(() -> TestDatabase.count("machine_action where status = 'InProgress'") == 1);

        UUID id = UUID.randomUUID();
        TestDatabase.update("""
                insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,
                    last_update_ticks, deadline, requestor_comment)
                select ?, tenant_id, 'RunAntiVirusScan', 'other', requestor, 'Pending', machine_id, creation_ticks + 1,
                    last_update_ticks, deadline, 'c' from machine_action""", id);

        assertThat(poll.join().getString("value[0].id")).isEqualTo(id.toString());
    }

    @Test
    void shouldEndTheStreamOfAnAgentWhoseCredentialCountsNoMore() throws Exception {
        Agent agent = enrol("ws5.corp.example");
        try (Stream stream = open(agent)) {
            with(ALL).delete("/agent/v1/machines/" + agent.machineId()).then().statusCode(204);

            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void shouldRefuseAStreamWithoutACredential() throws Exception {
        HttpResponse<InputStream> answer = HTTP.send(request("tad_x"), HttpResponse.BodyHandlers.ofInputStream());

        assertThat(answer.statusCode()).isEqualTo(401);
        answer.body().close();
    }

    private static HttpRequest request(String credential) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/agent/v1/actions"))
                .header("Authorization", "Bearer " + credential)
                .header("Accept", "text/event-stream")
                .build();
    }

    private static Stream open(Agent agent) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                HTTP.send(request(agent.credential()), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        return new Stream(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    private record Stream(BufferedReader lines) implements AutoCloseable {

        /// The next event; null at the end.
        JsonPath next() throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    return JsonPath.from(line.substring("data: ".length()));
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
