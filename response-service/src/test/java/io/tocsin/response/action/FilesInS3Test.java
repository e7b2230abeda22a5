package io.tocsin.response.action;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.response.ApiTest;
import io.tocsin.response.OtherSettings;
import io.tocsin.response.file.S3Process;
import io.tocsin.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Packages and the library in S3 (docs/adr/055), and what happens while the store refuses.
@QuarkusTest
@WithTestResource(OtherSettings.class)
class FilesInS3Test extends ApiTest {

    @Test
    void shouldKeepPackagesAndTheLibraryInTheBucketAndNothingInTheDatabase() {
        // Given
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        byte[] whole = new byte[2_500_000];
        Arrays.fill(whole, (byte) 7);

        // When
        String collected = collect(agent, whole);

        // Then
        String address = with("Machine.Read.All")
                .get("/api/machineactions/" + collected + "/getPackageUri")
                .path("value");
        assertThat(RestAssured.given().urlEncodingEnabled(false).get(address).asByteArray())
                .isEqualTo(whole);
        assertThat(scriptOf(agent)).isEqualTo("echo");
        assertThat(TestDatabase.count("blob_chunk")).isZero();
        assertThat(keys()).hasSize(4);
    }

    @Test
    void shouldStillGiveWhatWasKeptInTheDatabaseBefore() {
        library("triage.ps1", "in the bucket");
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update("insert into blob (tenant_id, id, size) select tenant_id, gen_random_uuid(), 6 from blob");
        TestDatabase.update(
                "insert into blob_chunk (tenant_id, blob_id, at_byte, content) select tenant_id, id, 0, 'before' from blob where size = 6");
        TestDatabase.update("update library_file set blob_id = (select id from blob where size = 6)");

        assertThat(scriptOf(agent)).isEqualTo("before");
    }

    @Test
    void shouldSayTryAgainWhileTheStoreCannotBeReachedAndGoOnAfterwards() throws IOException {
        // Given
        Agent agent = enrol("ws5.corp.example");
        String id = wanted(agent);
        String lease = agent.lease();
        Path key = Path.of(System.getProperty(OtherSettings.LOGIN), "secret-key");
        Path aside = key.resolveSibling("aside");
        Files.move(key, aside);

        // When
        try {
            agent.upload(id, lease, "package", 0, 2, new byte[2])
                    .statusCode(503)
                    .header("Retry-After", notNullValue())
                    .body("error.code", is("ServiceUnavailable"));
        } finally {
            Files.move(aside, key);
        }

        // Then
        agent.upload(id, lease, "package", 0, 2, new byte[2]).statusCode(200).body("received", is(2));
        agent.report(id, lease, "Succeeded").statusCode(200);
    }

    @Test
    void shouldRemoveWhatNothingRefersTo() {
        Agent agent = enrol("ws5.corp.example");
        collect(agent, new byte[2]);
        String key = keys().getFirst();

        TestDatabase.update("delete from action_file");
        TestDatabase.update("update blob set created_at = created_at - interval '2 hours'");

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(TestDatabase.count("blob")).isZero();
            assertThat(S3Process.keys(System.getProperty(OtherSettings.ADDRESS)))
                    .doesNotContain(key);
        });
    }

    private static String collect(Agent agent, byte[] whole) {
        String id = wanted(agent);
        String lease = agent.lease();
        for (int at = 0; at < whole.length; at += 1_000_000) {
            byte[] piece = Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 1_000_000));
            agent.upload(id, lease, "package", at, whole.length, piece).statusCode(200);
        }
        agent.report(id, lease, "Succeeded").statusCode(200);
        return id;
    }

    private static String wanted(Agent agent) {
        return act(agent.machineId(), "collectInvestigationPackage", "{\"Comment\":\"c\"}")
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static void library(String name, String content) {
        with("Library.Manage")
                .contentType("multipart/form-data")
                .multiPart("File", name, content.getBytes(UTF_8), "application/octet-stream")
                .multiPart("OverrideIfExists", "true")
                .post("/api/libraryfiles")
                .then()
                .statusCode(200);
    }

    /// What the agent is given for a command that runs `triage.ps1`.
    private static String scriptOf(Agent agent) {
        String id = act(agent.machineId(), "runliveresponse", """
                        {"Comment":"c","Commands":[{"type":"RunScript","params":[{"key":"ScriptName","value":"triage.ps1"}]}]}""")
                .statusCode(201)
                .extract()
                .path("id");
        agent.actions(0).statusCode(200);
        return by(agent.credential())
                .get("/agent/v1/actions/" + id + "/library/0")
                .asString();
    }

    /// Of the files of this test.
    private static List<String> keys() {
        var known = TestDatabase.column("select id::text from blob");
        return S3Process.keys(System.getProperty(OtherSettings.ADDRESS)).stream()
                .filter(key -> known.stream().anyMatch(id -> key.contains(id.toString())))
                .toList();
    }
}
