package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lists of indicators, in and out.
@QuarkusTest
class ImportStreamTest extends ApiTest {

    private static final String NDJSON = "application/x-ndjson";

    @Test
    void shouldStoreAStreamAndSayOfEachLineWhatBecameOfIt() {
        // Given
        String lines = line("203.0.113.1", "IpAddress") + "\n" + line("45.67.89.0/24", "IpAddress") + "\r\n\n"
                + line("10.0.0.1", "IpAddress") + "{\n" + line("203.0.113.1", "IpAddress")
                + line("bad.example", "DomainName").replace("\"t\"", "\"another\"");

        // When
        String[] answered = imported(NDJSON, lines, "").extract().asString().split("\n");

        // Then
        assertThat(answered).hasSize(6);
        Object id = TestDatabase.value("select id from indicator where indicator_value = '203.0.113.1'");
        assertThat(answered[0])
                .isEqualTo("{\"line\":1,\"indicatorValue\":\"203.0.113.1\",\"id\":\"" + id
                        + "\",\"result\":\"Created\",\"error\":null}");
        assertThat(answered[1]).contains("\"line\":3", "Created");
        assertThat(answered[2]).contains("\"line\":6", "Refused", "InvalidInput", "not an external address");
        assertThat(answered[3]).contains("\"line\":7", "Refused", "InvalidRequestBody");
        assertThat(answered[4]).contains("\"line\":8", "\"id\":\"" + id + "\"", "Unchanged");
        assertThat(answered[5]).contains("\"line\":9", "Created");
        assertThat(TestDatabase.count("indicator")).isEqualTo(3);
        assertThat(TestDatabase.count("indicator_change")).isEqualTo(3);
        match("IpAddress", "45.67.89.9").body("value[0].matched", is(true));
    }

    @Test
    void shouldTellNumbersAndChangeOnlyWhatDiffersWhenAListIsSentAgain() {
        var lines = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            lines.append(line("again" + i + ".bad.example", "DomainName"));
        }
        numbers(NDJSON, lines.toString(), "")
                .body("created", is(5_000))
                .body("line", is(5_000))
                .body("finished", is(true));
        long changes = TestDatabase.count("indicator_change");
        String changed = lines.toString().replaceFirst("\"t\"", "\"another\"") + "{}\n";

        numbers(NDJSON, changed, "")
                .body("created", is(0))
                .body("updated", is(1))
                .body("unchanged", is(4_999))
                .body("refused", is(1))
                .body("errors", hasSize(1))
                .body("errors[0].line", is(5_001))
                .body("errors[0].error.code", is("InvalidInput"));
        assertThat(TestDatabase.count("indicator_change")).isEqualTo(changes + 1);
        assertThat(TestDatabase.column("select id from indicator where match_value like 'again%'"))
                .hasSize(5_000);
        match("DomainName", "again4999.bad.example").body("value[0].matched", is(true));
    }

    @Test
    void shouldStoreNothingWhenItIsOnlyTried() {
        numbers(NDJSON, line("bad.example", "DomainName") + line("x", "DomainName"), "&dryRun=true")
                .body("dryRun", is(true))
                .body("created", is(0))
                .body("refused", is(1));
        assertThat(imported(NDJSON, line("bad.example", "DomainName"), "dryRun=true")
                        .extract()
                        .asString())
                .contains("\"result\":\"Valid\"");
        assertThat(TestDatabase.count("indicator")).isZero();
    }

    @Test
    void shouldReadTheConsolesTable() {
        // Given
        String table = "\uFEFFindicatorType,indicatorValue,action,title,description,expirationTime,severity,"
                + "recommendedActions,rbacGroups,category,mitretechniques,GenerateAlert\r\n"
                + "Url,http://bad.example/a,Block,\"a \"\"quoted\"\", title\",\"two\nlines\",2036-01-01T00:00:00.0Z,High,,"
                + "\"Finance,Sales\",SuspiciousActivity,\"T1071,T1105\",TRUE\r\n"
                + "\r\n"
                + "FileSha1,xyz,Block,t,d,,,,,,,FALSE\r\n"
                + "IpAddress,203.0.113.9,Audit,t,d,,,,,,,maybe\r\n"
                + "IpAddress,203.0.113.9,Audit,t,d,,,,,,,true,one more\r\n";

        // When
        String[] answered = imported("text/csv", table, "").extract().asString().split("\n");

        // Then
        assertThat(answered).hasSize(4);
        assertThat(answered[0]).contains("\"line\":2", "Created");
        assertThat(answered[1]).contains("InvalidHashValue");
        assertThat(answered[2]).contains("'maybe' is neither true nor false");
        assertThat(answered[3]).contains("more fields than the header");
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/1")
                .then()
                .body("title", is("a \"quoted\", title"))
                .body("description", is("two\nlines"))
                .body("rbacGroupNames", is(List.of("Finance", "Sales")))
                .body("mitreTechniques", is(List.of("T1071", "T1105")))
                .body("generateAlert", is(true));
        RestAssured.given()
                .header("Authorization", "Bearer " + Tokens.application("Ti.ReadWrite.All"))
                .contentType("text/csv")
                .body("a,b\n1,2\n")
                .post("/v1/indicators/import?results=numbers")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"));
    }

    /// What follows would be one field up to the end of the table.
    @Test
    void shouldLoseOnlyWhatIsNearAQuoteNobodyCloses() {
        // Given
        var table = new StringBuilder("indicatorValue,title\n203.0.113.1,\"a title\n");
        for (int i = 0; i < 20_000; i++) {
            table.append("45.")
                    .append(i / 250 + 1)
                    .append(".7.")
                    .append(i % 250)
                    .append(",t\n");
        }

        // When
        ValidatableResponse answer = numbers("text/csv", table.toString(), "&action=Block&description=d")
                .body("refused", is(1));

        // Then
        answer.body("created", greaterThan(10_000)).body("errors[0].line", is(2));
    }

    @Test
    void shouldFillUpAPlainListByWhatTheRequestSays() {
        String values = "indicatorValue\n203.0.113.7\n" + "a".repeat(64)
                + "\nbad.example\nhttp://bad.example/x\n45.67.89.0/24\n";

        numbers(
                        "text/csv",
                        values,
                        "&action=Block&title=feed&description=a%20feed&application=feed&severity=High&expiresIn=3600&generateAlert=true")
                .body("created", is(5));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators?application=feed")
                .then()
                .body(
                        "value.indicatorType",
                        containsInAnyOrder("IpAddress", "FileSha256", "DomainName", "Url", "IpAddress"))
                .body("value[0].severity", is("High"))
                .body("value[0].generateAlert", is(true))
                .body("value.findAll { it.expirationTime == null }", hasSize(0));
    }

    @Test
    void shouldGoOnWhereAnImportBrokeOff() throws IOException {
        // Given
        var lines = new ArrayList<String>();
        for (int i = 0; i < 9_000; i++) {
            lines.add(line("h" + i + ".bad.example", "DomainName"));
        }
        String whole = String.join("", lines);

        // When: the client dies in the midst of it
        try (Socket client = new Socket("localhost", RestAssured.port)) {
            var out = client.getOutputStream();
            out.write(("POST /v1/indicators/import?importId=nightly&results=numbers HTTP/1.1\r\nHost: localhost\r\n"
                            + "Authorization: Bearer " + Tokens.application("Ti.ReadWrite.All")
                            + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: " + whole.length() + "\r\n\r\n"
                            + whole.substring(0, whole.length() * 2 / 3))
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Awaitility.await()
                    .until(() -> TestDatabase.column("select lines from indicator_import where lines >= 4000")
                                    .size()
                            == 1);
        }
        long before = TestDatabase.count("indicator");
        assertThat(before).isBetween(4_000L, 7_000L);

        // Then
        Awaitility.await()
                .untilAsserted(() -> numbers(NDJSON, whole, "&importId=nightly")
                        .body("finished", is(true))
                        .body("line", is(9_000))
                        .body("importId", is("nightly")));
        assertThat(TestDatabase.count("indicator")).isEqualTo(9_000);
        assertThat(TestDatabase.count("indicator_change")).isEqualTo(9_000);
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/imports/nightly")
                .then()
                .statusCode(200)
                .body("created", is(9_000))
                .body("line", is(9_000))
                .body("finished", is(true));
        String other = Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite");
        by(other).get("/v1/indicators/imports/nightly").then().statusCode(404);
        by(other)
                .contentType(NDJSON)
                .body(lines.getFirst().getBytes(StandardCharsets.UTF_8))
                .post("/v1/indicators/import?importId=nightly")
                .then()
                .statusCode(403);
        with("Ti.ReadWrite.All").get("/v1/indicators/imports/none").then().statusCode(404);
    }

    @Test
    void shouldStoreNothingOfASenderWhomAnotherHasOvertaken() throws IOException {
        // Given: one who stops in the midst of it
        var early = new StringBuilder();
        var late = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            early.append(line("h" + i + ".bad.example", "DomainName"));
            late.append(line("late" + i + ".bad.example", "DomainName"));
        }
        try (Socket client = new Socket("localhost", RestAssured.port)) {
            var out = client.getOutputStream();
            out.write(("POST /v1/indicators/import?importId=twice&results=numbers HTTP/1.1\r\nHost: localhost\r\n"
                            + "Connection: close\r\nAuthorization: Bearer " + Tokens.application("Ti.ReadWrite.All")
                            + "\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
                            + (early.length() + late.length()) + "\r\n\r\n" + early)
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Awaitility.await()
                    .until(() -> TestDatabase.column("select lines from indicator_import where lines = 5000")
                                    .size()
                            == 1);

            // When: another goes on further, then the first does
            numbers(NDJSON, early + line("further.bad.example", "DomainName"), "&importId=twice")
                    .body("finished", is(true));
            out.write(late.toString().getBytes(StandardCharsets.US_ASCII));
            out.flush();
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(answer).startsWith("HTTP/1.1 409").contains("RequestInProgress");
        }
        assertThat(TestDatabase.column("select 1 from indicator where match_value like 'late%'"))
                .isEmpty();
        assertThat(TestDatabase.count("indicator")).isEqualTo(5_001);
    }

    @Test
    void shouldStoreEachOnceWhenManySendTheSameAtOnce() throws Exception {
        var lines = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            lines.append(line("h" + i + ".bad.example", "DomainName"));
        }
        List<Callable<Long>> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            senders.add(() ->
                    numbers(NDJSON, lines.toString(), "").extract().jsonPath().getLong("created"));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long created = 0;
            for (Future<Long> sender : threads.invokeAll(senders)) {
                created += sender.get();
            }
            assertThat(created).isEqualTo(3_000);
        }
        assertThat(TestDatabase.count("indicator")).isEqualTo(3_000);
    }

    @ParameterizedTest
    @CsvSource({"importId=a%20b", "results=all", "expiresIn=0", "type=Moon&results=numbers"})
    void shouldRefuseWhatItCannotDo(String query) {
        var answer = RestAssured.given()
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + Tokens.application("Ti.ReadWrite.All"))
                .contentType(NDJSON)
                .body("{\"indicatorValue\":\"x\"}".getBytes(StandardCharsets.UTF_8))
                .post("/v1/indicators/import?" + query)
                .then();
        if (query.startsWith("type")) {
            answer.statusCode(200).body("refused", is(1));
        } else {
            answer.statusCode(400).body("error.code", is("InvalidInput"));
        }
    }

    @ParameterizedTest
    @CsvSource({"ndjson, application/x-ndjson", "csv, text/csv"})
    void shouldTakeInAgainWhatItGaveOut(String format, String type) {
        // Given
        submit(json("203.0.113.77", "IpAddress", "Block").replace("\"C2\"", "\"C2, \\\"quoted\\\"; a\\nline\""));
        submit(json("http://bad.example/a?b=1,2", "Url", "Allowed"));
        submit(json("a".repeat(64), "FileSha256", "AlertAndBlock"));
        String out = with("Ti.ReadWrite.All")
                .get("/v1/indicators/export?format=" + format)
                .then()
                .statusCode(200)
                .extract()
                .asString();

        // When
        numbers(type, out, "").body("unchanged", is(3)).body("refused", is(0));
        TestDatabase.clean();
        numbers(type, out, "").body("created", is(3)).body("refused", is(0));

        // Then
        assertThat(with("Ti.ReadWrite.All")
                        .get("/v1/indicators/export?format=csv")
                        .asString()
                        .lines()
                        .skip(1)
                        .count())
                .isGreaterThanOrEqualTo(3);
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/1")
                .then()
                .body("title", is("C2, \"quoted\"; a\nline"))
                .body("severity", is("High"))
                .body("expirationTime", nullValue());
    }

    @Test
    void shouldGiveOutOnlyWhatIsAskedForAndTheCallersOwn() {
        submit(json("203.0.113.77", "IpAddress", "Block"));
        submit(json("bad.example", "DomainName", "Block"));

        assertThat(with("Ti.ReadWrite.All")
                        .get("/v1/indicators/export?type=DomainName")
                        .asString()
                        .split("\n"))
                .hasSize(2);
        assertThat(by(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"))
                        .get("/v1/indicators/export")
                        .asString())
                .isEqualTo("{\"exported\":0}\n");
        with("Ti.ReadWrite.All").get("/v1/indicators/export?format=xml").then().statusCode(400);
    }

    private static ValidatableResponse imported(String type, String body, String query) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .header("Authorization", "Bearer " + Tokens.application("Ti.ReadWrite.All"))
                .contentType(type)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/v1/indicators/import" + (query.isEmpty() ? "" : "?" + query))
                .then()
                .statusCode(200);
    }

    private static ValidatableResponse numbers(String type, String body, String more) {
        return imported(type, body, "results=numbers" + more);
    }

    private static String line(String value, String type) {
        return "{\"indicatorValue\":\"" + value + "\",\"indicatorType\":\"" + type
                + "\",\"action\":\"Block\",\"title\":\"t\",\"description\":\"d\"}\n";
    }
}
