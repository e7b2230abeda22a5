package io.tocsin.response.action;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Live response, packages, links and the library (contract 30 §4, §5).
@QuarkusTest
class LiveResponseTest extends ApiTest {

    private static final String TRIAGE = """
            {"Comment":"Triage","Commands":[
             {"type":"PutFile","params":[{"key":"FileName","value":"triage.zip"}]},
             {"type":"RunScript","params":[{"key":"ScriptName","value":"triage.ps1"},{"key":"Args","value":"-Deep"}]},
             {"type":"GetFile","params":[{"key":"Path","value":"C:\\\\triage\\\\out.zip"}]}]}""";

    @Test
    void shouldRunItsCommandsInOrderAndGiveTheirResultsByLink() {
        // Given
        library("triage.zip", "tools");
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");

        // When
        var created = with(ALL).body(TRIAGE).post("/api/machines/" + agent.machineId() + "/runliveresponse");

        // Then
        created.then().statusCode(201).body("type", is("LiveResponse")).body("status", is("Pending"));
        AnswerCheck.entity(created, "MachineActions", "MachineAction");
        String id = created.path("id");
        var given = agent.actions(0);
        String lease = given.extract().path("value[0].leaseId");
        given.body("value[0].commands.command.type", contains("PutFile", "RunScript", "GetFile"))
                .body("value[0].commands.commandStatus", contains("Created", "Created", "Created"))
                .body("value[0].commands[1].command.params[1].value", is("-Deep"));
        assertThat(by(agent.credential())
                        .get("/agent/v1/actions/" + id + "/library/1")
                        .asString())
                .isEqualTo("echo");
        agent.command(id, lease, 1, "Executing").body("accepted", is(false)).body("commandStatus", is("Created"));
        agent.command(id, lease, 0, "Completed").body("accepted", is(true));
        agent.command(id, lease, 1, "Executing").body("accepted", is(true));
        agent.command(id, lease, 1, "Completed").statusCode(400).body("error.code", is("InvalidInput"));
        agent.report(id, lease, "Succeeded").statusCode(400).body("error.code", is("InvalidInput"));
        byte[] transcript = "{\"script_name\":\"triage.ps1\",\"exit_code\":0}".getBytes(UTF_8);
        agent.upload(id, lease, "1", 0, transcript.length, transcript).statusCode(200);
        agent.command(id, lease, 1, "Completed").body("accepted", is(true));
        agent.upload(id, lease, "2", 0, 3, new byte[] {1, 2, 3}).statusCode(200);
        agent.command(id, lease, 2, "Completed").body("accepted", is(true));
        agent.report(id, lease, "Succeeded").statusCode(200).body("status", is("Succeeded"));
        get(id).body("commands.commandStatus", contains("Completed", "Completed", "Completed"))
                .body("commands[1].startTime", notNullValue())
                .body("commands[1].endTime", notNullValue());
        assertThat(RestAssured.given()
                        .urlEncodingEnabled(false)
                        .get(resultLink(id, 1))
                        .asByteArray())
                .isEqualTo(transcript);
        result(id, 0).statusCode(404);
        result(id, 3).statusCode(404);
    }

    @Test
    void shouldStopAtTheCommandThatFails() {
        library("triage.zip", "tools");
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        String id = run(agent, TRIAGE);
        String lease = agent.lease();

        agent.command(id, lease, 0, "Failed").body("accepted", is(true));
        agent.command(id, lease, 1, "Executing").body("accepted", is(false));
        agent.report(id, lease, "Failed").body("status", is("Failed"));

        get(id).body("status", is("Failed")).body("commands.commandStatus", contains("Failed", "Created", "Created"));
        agent.command(id, lease, 1, "Executing").body("accepted", is(false));
        result(id, 0).statusCode(404);
    }

    @Test
    void shouldSayThatARunningCommandFailedWhenItsActionIsCancelled() {
        library("triage.zip", "tools");
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        String id = run(agent, TRIAGE);
        agent.command(id, agent.lease(), 0, "Executing").body("accepted", is(true));

        var cancelled = with(ALL).body("{}").post("/api/machineactions/" + id + "/cancel");

        assertThat(cancelled.header("Tocsin-Cancellation")).isEqualTo("best-effort");
        get(id).body("commands[0].commandStatus", is("Failed")).body("commands[0].errors", hasSize(1));
        agent.actions(0).body("cancelled", contains(id));
        agent.actions(0).body("cancelled", hasSize(0));
    }

    @Test
    void shouldGiveTheFileOfTheLibraryAsItWasWhenItWasAskedFor() {
        library("triage.zip", "tools");
        library("triage.ps1", "first");
        Agent agent = enrol("ws5.corp.example");
        String id = run(agent, TRIAGE);
        agent.lease();

        upload("triage.ps1", "second", "true").statusCode(200);

        assertThat(by(agent.credential())
                        .get("/agent/v1/actions/" + id + "/library/1")
                        .asString())
                .isEqualTo("first");
    }

    @Test
    void shouldLetOneMachineReadNothingOfAnothers() {
        library("triage.zip", "tools");
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        String id = run(agent, TRIAGE);
        String lease = agent.lease();

        by(other.credential())
                .get("/agent/v1/actions/" + id + "/library/1")
                .then()
                .statusCode(404);
        other.command(id, lease, 0, "Completed").statusCode(404);
        other.upload(id, lease, "1", 0, 1, new byte[1]).statusCode(404);
        agent.command(id, "00000000-0000-0000-0000-000000000000", 0, "Completed")
                .statusCode(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"Comment":"c"}                                                                                    | MissingRequiredParameter
                    {"Commands":[{"type":"Dance","params":[]}]}                                                        | InvalidInput
                    {"Commands":[{"type":"GetFile","params":[]}]}                                                      | MissingRequiredParameter
                    {"Commands":[{"type":"GetFile","params":[{"key":"Args","value":"x"}]}]}                            | InvalidInput
                    {"Commands":[{"type":"RunScript","params":[{"key":"ScriptName","value":"nosuch.ps1"}]}]}           | InvalidInput
                    {"Commands":[{"type":"GetFile","params":[{"key":"Path","value":"x"}]},{"type":"PutFile","params":[{"key":"FileName","value":"triage.zip"}]}]} | InvalidInput
                    """)
    void shouldStoreNothingWhenTheCommandsAreNone(String body, String code) {
        library("triage.zip", "tools");
        Agent agent = enrol("ws5.corp.example");

        act(agent.machineId(), "runliveresponse", body).statusCode(400).body("error.code", is(code));

        assertThat(TestDatabase.count("machine_action")).isZero();
    }

    @Test
    void shouldRefuseMoreThanMayRunAndASecondOnTheMachine() {
        library("triage.zip", "tools");
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        run(agent, TRIAGE);
        act(agent.machineId(), "runliveresponse", TRIAGE)
                .statusCode(400)
                .body("error.code", is("ActiveRequestAlreadyExists"));
        TestDatabase.update("""
                insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,
                    last_update_ticks, deadline, lease_id, lease_expires_at)
                select gen_random_uuid(), cast(? as uuid), 'LiveResponse', 'x' || n, 'soar', 'InProgress', ?, n, n,
                    now() + interval '1 day', gen_random_uuid(), now() + interval '1 hour' from generate_series(1, 25) n
                """, Tokens.TENANT, agent.machineId());
        Agent another = enrol("ws6.corp.example");

        var refused = with(ALL).body(TRIAGE).post("/api/machines/" + another.machineId() + "/runliveresponse");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isNotNull();
        agent.actions(0).body("value", hasSize(0)); // it waits for its turn
        // One whose machine has gone in the middle of it keeps nobody waiting.
        TestDatabase.update(
                "update machine_action set lease_expires_at = now(), machine_id = ? where lane = 'x1'",
                another.machineId());
        agent.actions(0).body("value", hasSize(1));
    }

    /// An agent that died half way reads a file that may be another one by now.
    @Test
    void shouldMixNothingOfAnEarlierAttemptIntoAFile() {
        Agent agent = enrol("ws5.corp.example");
        String id = act(agent.machineId(), "collectInvestigationPackage", "{\"Comment\":\"c\"}")
                .statusCode(201)
                .extract()
                .path("id");
        String first = agent.lease();
        agent.upload(id, first, "package", 0, 4, new byte[] {1, 1}).statusCode(200);
        TestDatabase.update("update machine_action set lease_expires_at = now()");
        String second = agent.lease();

        agent.upload(id, second, "package", 0, 4, new byte[] {2, 2})
                .statusCode(200)
                .body("received", is(2));
        agent.upload(id, second, "package", 0, 4, new byte[] {2, 2})
                .statusCode(200)
                .body("received", is(2));
        agent.upload(id, second, "package", 2, 4, new byte[] {2, 2}).statusCode(200);

        agent.report(id, second, "Succeeded").statusCode(200);
        String address = link(id).statusCode(200).extract().path("value");
        assertThat(RestAssured.given().urlEncodingEnabled(false).get(address).asByteArray())
                .containsExactly(2, 2, 2, 2);
    }

    /// A script that ends its agent each time is not begun again for three days.
    @Test
    void shouldGiveALiveResponseHalfAnHourForEachCommandOnceItIsDelivered() {
        library("triage.zip", "tools");
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        run(agent, TRIAGE);
        assertThat(TestDatabase.value("select deadline > now() + interval '2 days' from machine_action"))
                .isEqualTo(true);

        agent.lease();

        assertThat(TestDatabase.value("""
                select abs(extract(epoch from deadline - now())
                    - 1800 * (1 + (select count(*) from machine_action_command))) < 60 from machine_action
                """)).isEqualTo(true);
    }

    @Test
    void shouldCollectAPackageInPiecesAndGiveItByLink() {
        // Given
        Agent agent = enrol("ws5.corp.example");
        String id = act(agent.machineId(), "collectInvestigationPackage", "{\"Comment\":\"c\"}")
                .statusCode(201)
                .extract()
                .path("id");
        String lease = agent.lease();
        byte[] whole = new byte[1_500_000];
        Arrays.fill(whole, (byte) 7);
        byte[] head = Arrays.copyOf(whole, 1_000_000);
        byte[] tail = Arrays.copyOfRange(whole, 1_000_000, 1_500_000);

        // When
        link(id).statusCode(404);
        agent.upload(id, lease, "package", 0, whole.length, head)
                .statusCode(200)
                .body("received", is(1_000_000));
        agent.upload(id, lease, "package", 0, whole.length, head)
                .statusCode(200)
                .body("received", is(1_000_000));
        agent.upload(id, lease, "package", 1_200_000, whole.length, new byte[10])
                .statusCode(400);
        agent.report(id, lease, "Succeeded").statusCode(400);
        agent.upload(id, lease, "package", 1_000_000, whole.length, tail)
                .statusCode(200)
                .body("received", is(1_500_000));
        link(id).statusCode(404);
        agent.report(id, lease, "Succeeded").statusCode(200);

        // Then
        String address = link(id).statusCode(200).extract().path("value");
        var download = RestAssured.given().urlEncodingEnabled(false).get(address);
        assertThat(download.asByteArray()).isEqualTo(whole);
        assertThat(download.header("Content-Disposition")).contains("InvestigationPackage-" + id);
        agent.upload(id, lease, "package", 0, whole.length, head).statusCode(400);
    }

    @Test
    void shouldGiveAnEmptyFileAndKeepWhatWasReported() throws IOException {
        Agent agent = enrol("ws5.corp.example");
        String id = run(
                agent, "{\"Commands\":[{\"type\":\"GetFile\",\"params\":[{\"key\":\"Path\",\"value\":\"/empty\"}]}]}");
        String lease = agent.lease();
        agent.command(id, lease, 0, "Executing").statusCode(200);

        agent.upload(id, lease, "0", 0, 0, new byte[0]).statusCode(200).body("received", is(0));
        agent.command(id, lease, 0, "Completed").statusCode(200).body("accepted", is(true));
        agent.upload(id, lease, "0", 0, 2, new byte[2]).statusCode(400);
        agent.report(id, lease, "Succeeded").statusCode(200);

        String address = resultLink(id, 0);
        try (InputStream content = URI.create(address).toURL().openStream()) {
            assertThat(content.readAllBytes()).isEmpty();
        }
    }

    @Test
    void shouldKeepALiveResponsesPlaceAsLongAsAScriptMayRun() {
        library("triage.ps1", "echo");
        Agent agent = enrol("ws5.corp.example");
        String id = run(
                agent,
                "{\"Commands\":[{\"type\":\"RunScript\",\"params\":[{\"key\":\"ScriptName\",\"value\":\"triage.ps1\"}]}]}");
        String lease = agent.lease();

        agent.command(id, lease, 0, "Executing").statusCode(200);
        agent.upload(id, lease, "0", 0, 4, new byte[2]).statusCode(200);

        assertThat(TestDatabase.column(
                        "select lease_expires_at > now() + interval '10 minutes' from machine_action where id = ?::uuid",
                        id))
                .isEqualTo(List.of(true));
    }

    @Test
    void shouldGiveThePackageOfAMachineThatReportedTooLate() {
        Agent agent = enrol("ws5.corp.example");
        String id = act(agent.machineId(), "collectInvestigationPackage", "{\"Comment\":\"c\"}")
                .extract()
                .path("id");
        String lease = agent.lease();
        agent.upload(id, lease, "package", 0, 2, new byte[2]).statusCode(200);
        with(ALL)
                .body("{\"Comment\":\"c\"}")
                .post("/api/machineactions/" + id + "/cancel")
                .then()
                .statusCode(200);
        link(id).statusCode(404);

        agent.report(id, lease, "Succeeded").statusCode(200);

        link(id).statusCode(200);
    }

    @Test
    void shouldLeadNowhereWhenALinkIsBentOrOverOrOfAnotherTenant() {
        Agent agent = enrol("ws5.corp.example");
        String id = collected(agent);
        String address = link(id).extract().path("value");
        String token = address.substring(address.lastIndexOf('/') + 1);

        download(Tokens.OTHER_TENANT, token).statusCode(404);
        download(Tokens.TENANT, token.substring(0, token.length() - 2) + "AA").statusCode(404);
        download(Tokens.TENANT, "x").statusCode(404).body("error.code", is("ResourceNotFound"));
        download("nobody", token).statusCode(404);
        TestDatabase.update("delete from action_file");
        download(Tokens.TENANT, token).statusCode(404);
    }

    /// A sealed secret names the data key it was sealed with behind a byte of version.
    @Test
    void shouldSayTryAgainWhileTheMasterKeyOfALinkIsMissing() {
        var key = UUID.randomUUID();
        String link = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(80)
                        .put((byte) 1)
                        .putLong(key.getMostSignificantBits())
                        .putLong(key.getLeastSignificantBits())
                        .array());
        download(Tokens.TENANT, link).statusCode(404);

        TestDatabase.update(
                "insert into data_key (tenant_id, service, id, generation, master_key, wrapped)"
                        + " values (?::uuid, 'response-service', ?::uuid, -1, 'missing', '')",
                Tokens.TENANT,
                key.toString());
        try {
            download(Tokens.TENANT, link).statusCode(503).header("Retry-After", notNullValue());
        } finally {
            TestDatabase.update("delete from data_key where id = ?::uuid", key.toString());
        }
    }

    @Test
    void shouldAskForTheRightKindOfActionAndTheRightPermission() {
        Agent agent = enrol("ws5.corp.example");
        String isolation = isolate(agent);
        String id = collected(agent);

        link(isolation)
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", is("Provided Guid is not a valid id for a CollectInvestigationPackage action"));
        result(isolation, 0).statusCode(400).body("error.code", is("InvalidInput"));
        by(Tokens.user("ann@corp.example", "Machine.Read"))
                .get("/api/machineactions/" + id + "/getPackageUri")
                .then()
                .statusCode(403);
        by(Tokens.user("ann@corp.example", "Machine.CollectForensics"))
                .get("/api/machineactions/" + id + "/getPackageUri")
                .then()
                .statusCode(200);
        with("Machine.CollectForensics")
                .get("/api/machineactions/" + id + "/getPackageUri")
                .then()
                .statusCode(403);
    }

    @Test
    void shouldKeepTheLibrary() {
        var first = upload("triage.ps1", "echo", null);
        first.statusCode(200).body("fileName", is("triage.ps1")).body("hasParameters", is(true));
        AnswerCheck.collection(with("Library.Manage").get("/api/libraryfiles"), "LibraryFiles", "LibraryFiles");
        upload("triage.ps1", "other", null).statusCode(400).body("error.code", is("BadRequest"));
        String created = first.extract().path("creationTime");

        upload("triage.ps1", "other", "true").statusCode(200).body("creationTime", is(created));

        with("Library.Manage").delete("/api/libraryfiles/triage.ps1").then().statusCode(204);
        with("Library.Manage").delete("/api/libraryfiles/triage.ps1").then().statusCode(404);
        with("Library.Manage").get("/api/libraryfiles").then().body("value", hasSize(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b.ps1", "../x.ps1", ".hidden", "ä.ps1", ""})
    void shouldRefuseANameThatIsNone(String name) {
        upload(name, "echo", null).statusCode(400);
        assertThat(TestDatabase.count("library_file")).isZero();
    }

    @Test
    void shouldRefuseWhatIsNoFormAndWhatIsTooLarge() {
        with("Library.Manage")
                .body("{}")
                .post("/api/libraryfiles")
                .then()
                .statusCode(org.hamcrest.Matchers.in(List.of(400, 415)));
        upload("big.bin", "x".repeat(20 * 1024 * 1024 + 1), null).statusCode(413);
        upload("empty.ps1", "", null).statusCode(400);
        assertThat(TestDatabase.count("library_file")).isZero();
    }

    /// In chunks, nothing says beforehand how much it is.
    @ParameterizedTest
    @ValueSource(ints = {22, 33, 40})
    void shouldSayThatAFormIsTooLargeAlsoWhenItsLengthIsNotKnown(int megabytes) throws Exception {
        byte[] head =
                "--x\r\nContent-Disposition: form-data; name=\"File\"; filename=\"big.bin\"\r\n\r\n".getBytes(UTF_8);
        InputStream body = new SequenceInputStream(
                new ByteArrayInputStream(head),
                new SequenceInputStream(
                        new ByteArrayInputStream(new byte[megabytes * 1024 * 1024]),
                        new ByteArrayInputStream("\r\n--x--\r\n".getBytes(UTF_8))));
        var request = HttpRequest.newBuilder(
                        URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/api/libraryfiles"))
                .header("Authorization", "Bearer " + Tokens.application("Library.Manage"))
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .build();

        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(JsonPath.from(answer.body()).getString("error.code")).isEqualTo("InvalidRequestBody");
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        }
        assertThat(TestDatabase.count("library_file")).isZero();
    }

    private static String collected(Agent agent) {
        String id = act(agent.machineId(), "collectInvestigationPackage", "{\"Comment\":\"c\"}")
                .extract()
                .path("id");
        String lease = agent.actions(0).extract().path("value.find { it.id == '" + id + "' }.leaseId");
        agent.upload(id, lease, "package", 0, 2, new byte[2]).statusCode(200);
        agent.report(id, lease, "Succeeded").statusCode(200);
        return id;
    }

    private static String run(Agent agent, String body) {
        return act(agent.machineId(), "runliveresponse", body)
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static ValidatableResponse get(String id) {
        return with("Machine.Read.All").get("/api/machineactions/" + id).then().statusCode(200);
    }

    private static ValidatableResponse link(String id) {
        return with("Machine.Read.All")
                .get("/api/machineactions/" + id + "/getPackageUri")
                .then();
    }

    private static ValidatableResponse result(String id, int index) {
        return with("Machine.Read.All")
                .get("/api/machineactions/" + id + "/GetLiveResponseResultDownloadLink(index=" + index + ")")
                .then();
    }

    private static String resultLink(String id, int index) {
        return result(id, index).statusCode(200).extract().path("value");
    }

    private static ValidatableResponse download(String tenant, String token) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .get("/v1/files/" + tenant + "/" + token)
                .then();
    }

    private static void library(String name, String content) {
        upload(name, content, null).statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--x",
                "--x\r\n",
                "--x\r\nContent-Disposition: form-data; na",
                "--x\r\nContent-Disposition: form-data; name=\"File\"; filename=\"a.ps1\"\r\n\r\nhalf of i",
                "--x\r\nContent-Disposition: form-data; name=\"File\"; filename=\"a.ps1\"\r\n\r\nall of it\r\n--x",
                "no boundary at all",
                "--x\r\n\r\n\r\n--x--\r\n"
            })
    void shouldRefuseAnUploadThatBreaksOff(String body) {
        with("Library.Manage")
                .contentType("multipart/form-data; boundary=x")
                .body(body.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                .post("/api/libraryfiles")
                .then()
                .statusCode(400)
                .body(
                        "error.code",
                        org.hamcrest.Matchers.in(List.of("InvalidRequestBody", "MissingRequiredParameter")));

        assertThat(TestDatabase.count("library_file")).isZero();
    }

    private static ValidatableResponse upload(String name, String content, String override) {
        var request = with("Library.Manage")
                .contentType("multipart/form-data")
                .multiPart("File", name, content.getBytes(UTF_8), "application/octet-stream")
                .multiPart("Description", "First look")
                .multiPart("ParametersDescription", "-Deep");
        return (override == null ? request : request.multiPart("OverrideIfExists", override))
                .post("/api/libraryfiles")
                .then();
    }
}
