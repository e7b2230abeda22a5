package io.tocsin.indicator.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.indicator.ApiTest;
import io.tocsin.indicator.source.ListServer.Answer;
import io.tocsin.testkit.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SourceTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final ListServer server = new ListServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldTakeInAListOfLinesAndSayWhatWasRefused() {
        // Given
        server.answers(Answer.of("# of last night\n203.0.113.7\t9\n\n; more\n10.0.0.1\nhxxp://bad[.]example/load\n"
                        + "0.0.0.0 ads.example\n127.0.0.1 localhost\nnonsense\n")
                .packed());

        // When
        String id = made("Lines", server.url("/list"), "");

        // Then
        JsonPath run = ended(id, 1);
        assertThat(run.getString("state")).isEqualTo("Stored");
        assertThat(run.getInt("httpStatus")).isEqualTo(200);
        assertThat(run.getInt("read")).isEqualTo(5);
        assertThat(run.getInt("created")).isEqualTo(3);
        assertThat(run.getInt("refused")).isEqualTo(2);
        assertThat(run.getList("refusals.value")).containsExactly("10.0.0.1", "nonsense");
        assertThat(run.getString("refusals[0].message")).contains("not an external address");
        with("Ti.ReadWrite.All")
                .get("/v1/indicators")
                .then()
                .body(
                        "value.indicatorValue",
                        containsInAnyOrder("203.0.113.7", "http://bad.example/load", "ads.example"))
                .body("value.createdBy", everyItem(is("source:night")))
                .body("value.application", everyItem(is("night")))
                .body("value.action", everyItem(is("Block")));
    }

    @Test
    void shouldAskOnlyWhetherTheListHasChangedWhenItHasIt() {
        // Given
        server.answers(asked -> "\"v1\"".equals(asked.headers().get("if-none-match"))
                ? Answer.status(304)
                : Answer.of("203.0.113.7\n")
                        .with("ETag", "\"v1\"")
                        .with("Last-Modified", "Mon, 30 Nov 2026 00:00:00 GMT"));
        String id = made("Lines", server.url("/list"), "");
        ended(id, 1);

        // When
        pull(id, "");

        // Then
        JsonPath run = ended(id, 2);
        assertThat(run.getString("state")).isEqualTo("Unchanged");
        assertThat(server.asked().getLast().headers())
                .containsEntry("if-modified-since", "Mon, 30 Nov 2026 00:00:00 GMT");
        assertThat(run.getInt("read")).isZero();
    }

    @Test
    void shouldLetEntriesLastFromTheLastTimeTheyWereInTheListInSteps() {
        // Given
        server.answers(Answer.of("203.0.113.7\n"));
        String id = made("Lines", server.url("/list"), ",\"expiresIn\":864000");
        ended(id, 1);
        with("Ti.ReadWrite.All").get("/v1/indicators").then().body("value[0].expirationTime", notNullValue());

        // When
        pull(id, "");

        // Then
        assertThat(ended(id, 2).getInt("unchanged")).isEqualTo(1);
        TestDatabase.update("update indicator set expiration_ticks = expiration_ticks - 864000000000 * 3");
        pull(id, "");
        assertThat(ended(id, 3).getInt("updated")).isEqualTo(1);
    }

    @Test
    void shouldOnlyWatchForWhatASourceSaysThatIsTrustedForThatAlone() {
        server.answers(Answer.of("indicatorValue,action\nbad.example,BlockAndRemediate\ngood.example,Allowed\n"));

        String id = made("Csv", server.url("/list.csv"), ",\"trust\":\"Audit\"");

        assertThat(ended(id, 1).getInt("created")).isEqualTo(2);
        with("Ti.ReadWrite.All")
                .get("/v1/indicators")
                .then()
                .body("value.action", everyItem(is("Audit")))
                .body("value.generateAlert", everyItem(is(true)));
    }

    @Test
    void shouldReadATableThatHasNoHeader() {
        server.answers(
                Answer.of("# id,seen,host,family\n1,\"2026-01-01\",\"bad.example\",\"A, b\"\n2,x,worse.example,c\n"));

        String id = made("Csv", server.url("/list.csv"), ",\"columns\":[\"-\",\"-\",\"indicatorValue\",\"title\"]");

        assertThat(ended(id, 1).getInt("created")).isEqualTo(2);
        with("Ti.ReadWrite.All").get("/v1/indicators").then().body("value.title", containsInAnyOrder("A, b", "c"));
    }

    @Test
    void shouldReadAttributesOfMispThatAreToBeDetected() {
        server.answers(Answer.of("""
                {"Event":{"info":"x","Attribute":[
                  {"type":"ip-dst|port","value":"203.0.113.7|443","to_ids":true,"comment":"C2"},
                  {"type":"domain","value":"quiet.example","to_ids":false},
                  {"type":"text","value":"words","to_ids":true}],
                 "Object":[{"name":"file","Attribute":[
                  {"type":"filename|sha256","value":"a.exe|%s","to_ids":true},
                  {"type":"sha1","value":"xyz","to_ids":true}]}]}}""".formatted("ab".repeat(32))));

        String id = made("Misp", server.url("/event.json"), "");

        JsonPath run = ended(id, 1);
        assertThat(run.getInt("created")).isEqualTo(2);
        assertThat(run.getInt("refused")).isEqualTo(1);
        with("Ti.ReadWrite.All").get("/v1/indicators?value=203.0.113.7").then().body("value[0].description", is("C2"));
    }

    @Test
    void shouldReadABundleOfStix() {
        server.answers(
                Answer.of("{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[{\"type\":\"malware\",\"id\":\"m\"},"
                        + stix(1, "bad.example", false) + "," + stix(2, "gone.example", true) + "]}"));

        String id = made("Stix", server.url("/bundle.json"), "");

        assertThat(ended(id, 1).getInt("created")).isEqualTo(1);
        with("Ti.ReadWrite.All")
                .get("/v1/indicators")
                .then()
                .body("value[0].indicatorValue", is("bad.example"))
                .body("value[0].action", is("Block"))
                .body("value[0].externalId", is("indicator--00000000-0000-4000-8000-000000000001"));
    }

    @Test
    void shouldFollowACollectionByItsPagesAndGoOnFromThere() {
        // Given
        server.answers(asked -> asked.target().contains("next=p2")
                ? taxii("{\"objects\":[" + stix(2, "worse.example", false) + "]}", "2026-11-02T00:00:00.000000Z")
                : asked.target().contains("added_after=2026-11-02")
                        ? taxii("{\"objects\":[" + stix(1, "bad.example", true) + "]}", "2026-11-03T00:00:00.000000Z")
                        : taxii(
                                "{\"more\":true,\"next\":\"p2\",\"objects\":[" + stix(1, "bad.example", false) + "]}",
                                "2026-11-01T00:00:00.000000Z"));
        String id = made("Taxii", server.url("/api/collections/c1/"), "");
        JsonPath first = ended(id, 1);
        assertThat(first.getString("error")).isNull();
        assertThat(first.getInt("created")).isEqualTo(2);
        assertThat(server.asked().getFirst().headers()).containsEntry("accept", "application/taxii+json;version=2.1");
        assertThat(server.asked().getFirst().target()).startsWith("/api/collections/c1/objects/?limit=");

        // When
        pull(id, "");

        // Then
        assertThat(ended(id, 2).getString("state")).isEqualTo("Stored");
        with("Ti.ReadWrite.All")
                .get("/v1/indicators")
                .then()
                .body("value.indicatorValue", is(java.util.List.of("worse.example")));
    }

    @Test
    void shouldTakeBackWhatABundleRevokesOrSaysIsOver() {
        // Given
        server.answers(
                bundle(stix(1, "bad.example", false), stix(2, "worse.example", false), stix(3, "x.example", false)));
        String id = made("Stix", server.url("/bundle.json"), "");
        assertThat(ended(id, 1).getInt("created")).isEqualTo(3);

        // When
        server.answers(bundle(
                stix(1, "bad.example", true),
                stix(2, "worse.example", false).replaceFirst("\\{", "{\"valid_until\":\"2026-01-01T00:00:00Z\","),
                stix(3, "x.example", false)));
        pull(id, "");

        // Then
        ended(id, 2);
        assertThat(TestDatabase.column("select indicator_value from indicator")).containsExactly("x.example");
    }

    @Test
    void shouldAskAgainForWhatIsValidOnlyLater() {
        // Given
        String later = stix(1, "bad.example", false).replace("\"valid_from\":\"2026", "\"valid_from\":\"2126");
        server.answers(asked -> taxii(
                "{\"objects\":[" + (asked.target().contains("added_after") ? stix(1, "bad.example", false) : later)
                        + "]}",
                "2026-11-01T00:00:00.000000Z"));
        String id = made("Taxii", server.url("/api/collections/c1/"), "");

        // When
        JsonPath run = ended(id, 1);

        // Then
        assertThat(run.getString("refusals[0].message"))
                .isEqualTo("It is valid only from 2126-01-05T10:00:00Z on: send it then");
        assertThat(TestDatabase.value("select added_after from indicator_source"))
                .isNull();
        assertThat(TestDatabase.count("indicator")).isZero();
    }

    @Test
    void shouldReadACollectionToItsEndWhenTheServerSaysNotWhereTheNextPageIs() {
        server.answers(asked -> asked.target().contains("added_after=2026-11-01")
                ? taxii("{\"objects\":[" + stix(2, "worse.example", false) + "]}", "2026-11-02T00:00:00.000000Z")
                : taxii(
                        "{\"more\":true,\"objects\":[" + stix(1, "bad.example", false) + "]}",
                        "2026-11-01T00:00:00.000000Z"));

        String id = made("Taxii", server.url("/api/collections/c1/"), "");

        assertThat(ended(id, 1).getInt("created")).isEqualTo(2);
        assertThat(TestDatabase.value("select added_after from indicator_source"))
                .isEqualTo("2026-11-02T00:00:00.000000Z");
    }

    @Test
    void shouldStoreNothingWhenItIsOnlyTried() {
        server.answers(Answer.of("203.0.113.7\nnonsense\n").with("ETag", "\"v1\""));
        String id = made("Lines", server.url("/list"), ",\"enabled\":false");

        pull(id, "?dryRun=true");

        JsonPath run = ended(id, 1);
        assertThat(run.getBoolean("dryRun")).isTrue();
        assertThat(run.getInt("read")).isEqualTo(2);
        assertThat(run.getInt("refused")).isEqualTo(1);
        assertThat(run.getString("askedBy")).isEqualTo("test-app");
        assertThat(TestDatabase.count("indicator")).isZero();
        assertThat(TestDatabase.value("select etag from indicator_source")).isNull();
    }

    @Test
    void shouldChangeNobodyElsesIndicators() {
        submit(json("bad.example", "DomainName", "Block"));
        server.answers(Answer.of("bad.example\nworse.example\n"));

        String id = made("Lines", server.url("/list"), "");

        JsonPath run = ended(id, 1);
        assertThat(run.getInt("created")).isEqualTo(1);
        assertThat(run.getString("refusals[0].message")).contains("Another application owns");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"kind\":\"Basic\",\"name\":\"me\",\"secret\":\"s3\"}', authorization, Basic bWU6czM=",
        "'{\"kind\":\"Bearer\",\"secret\":\"s3\"}', authorization, Bearer s3",
        "'{\"kind\":\"Header\",\"name\":\"X-Key\",\"secret\":\"s3\"}', x-key, s3"
    })
    void shouldTellTheServerWhoItIsAndNobodyElse(String login, String header, String value) {
        // Given
        try (var other = new ListServer()) {
            other.answers(Answer.of("203.0.113.7\n"));
            server.answers(Answer.status(302).with("Location", other.url("/moved")));

            // When
            String id = made("Lines", server.url("/list"), ",\"login\":" + login);

            // Then
            assertThat(ended(id, 1).getInt("created")).isEqualTo(1);
            assertThat(server.asked().getFirst().headers()).containsEntry(header, value);
            assertThat(other.asked().getFirst().headers()).doesNotContainKey(header);
            assertThat((byte[]) TestDatabase.value("select login_secret from indicator_source"))
                    .asString(java.nio.charset.StandardCharsets.ISO_8859_1)
                    .doesNotContain("s3");
            assertThat(with("Ti.ReadWrite.All")
                            .get("/v1/indicators/sources/" + id)
                            .asString())
                    .contains("\"login\":{")
                    .doesNotContain("secret", "s3");
        }
    }

    @Test
    void shouldKeepTheSecretWhenAReplacementSaysNoneButNotForAnotherAddress() {
        // Given
        server.answers(Answer.of("203.0.113.7\n"));
        String login = ",\"login\":{\"kind\":\"Bearer\",\"secret\":\"s3\"}";
        String id = made("Lines", server.url("/list"), login);
        ended(id, 1);

        // When
        replace(id, server.url("/list"), ",\"login\":{\"kind\":\"Bearer\"}").statusCode(200);

        // Then
        ended(id, 2);
        assertThat(server.asked().getLast().headers()).containsEntry("authorization", "Bearer s3");
        replace(id, server.url("/other"), ",\"login\":{\"kind\":\"Bearer\"}").statusCode(400);
        replace(id, server.url("/other"), ",\"login\":{\"kind\":\"Basic\",\"name\":\"x\"}")
                .statusCode(400);
    }

    @Test
    void shouldNotFollowARedirectInside() {
        server.answers(Answer.status(302).with("Location", "http://10.1.2.3/latest/meta-data"));

        String id = made("Lines", server.url("/list"), "");

        JsonPath run = ended(id, 1);
        assertThat(run.getString("state")).isEqualTo("Failed");
        assertThat(run.getString("error")).isEqualTo("the host has an address that is not public");
    }

    @Test
    void shouldSayWhyAListCouldNotBeTakenIn() {
        server.answers(Answer.status(503));
        String id = made("Misp", server.url("/list"), "");
        assertThat(ended(id, 1).getString("error")).isEqualTo("the server answered 503");

        server.answers(Answer.of("{\"Attribute\":[{\"type\":"));
        pull(id, "");

        assertThat(ended(id, 2).getString("state")).isEqualTo("Failed");
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/sources/" + id)
                .then()
                .body("lastRun.state", is("Failed"))
                .body("nextRun", notNullValue());
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/sources/" + id + "/runs?limit=1")
                .then()
                .body("value", hasSize(1))
                .body("cursor", notNullValue());
    }

    @Test
    void shouldForgetASourceAndItsRunsButNotItsIndicators() {
        server.answers(Answer.of("203.0.113.7\n"));
        String id = made("Lines", server.url("/list"), "");
        ended(id, 1);

        with("Ti.ReadWrite.All").delete("/v1/indicators/sources/" + id).then().statusCode(204);

        with("Ti.ReadWrite.All").get("/v1/indicators/sources/" + id).then().statusCode(404);
        assertThat(TestDatabase.count("indicator_source_run")).isZero();
        assertThat(TestDatabase.count("indicator")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"url\":\"http://10.0.0.1/list\"",
                "\"url\":\"ftp://lists.example/list\"",
                "\"url\":\"https://user@lists.example/\"",
                "\"action\":\"Explode\"",
                "\"action\":\"Audit\"",
                "\"every\":5",
                "\"name\":\" x\"",
                "\"indicatorType\":\"Moon\"",
                "\"severity\":\"Worse\"",
                "\"login\":{\"kind\":\"Header\",\"name\":\"Host\",\"secret\":\"s\"}",
                "\"login\":{\"kind\":\"Basic\",\"secret\":\"s\"}",
                "\"login\":{\"kind\":\"Bearer\"}",
                "\"login\":{\"kind\":\"Bearer\",\"secret\":\"a\\nb\"}"
            })
    void shouldRefuseWhatCannotBeASource(String wrong) {
        String good = source("Lines", "https://lists.example/list", "");
        String name = wrong.substring(0, wrong.indexOf(':'));
        String bad = good.contains(name + ":")
                ? good.replaceFirst(
                        java.util.regex.Pattern.quote(name) + ":(\"[^\"]*\"|\\d+)",
                        java.util.regex.Matcher.quoteReplacement(wrong))
                : good.replace("\"kind\":\"Lines\"", "\"kind\":\"Lines\"," + wrong);

        with("Ti.ReadWrite.All").body(bad).post("/v1/indicators/sources").then().statusCode(400);
        assertThat(TestDatabase.count("indicator_source")).isZero();
    }

    @Test
    void shouldRefuseASecondOfANameAndTooManyAtOnce() {
        server.answers(Answer.of(""));
        String body = source("Lines", server.url("/list"), ",\"enabled\":false");
        with("Ti.ReadWrite.All")
                .body(body)
                .post("/v1/indicators/sources")
                .then()
                .statusCode(201);

        with("Ti.ReadWrite.All")
                .body(body)
                .post("/v1/indicators/sources")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
        with("Ti.ReadWrite.All").post("/v1/indicators/sources/99/pull").then().statusCode(404);
        with("Ti.ReadWrite.All").get("/v1/indicators/sources/x").then().statusCode(404);
        with("Ti.ReadWrite.All").get("/v1/indicators/sources").then().body("value[0].lastRun", nullValue());
        with("Ti.ReadWrite").get("/v1/indicators/sources").then().statusCode(403);
    }

    private static String source(String kind, String url, String more) {
        return "{\"name\":\"night\",\"kind\":\"" + kind + "\",\"url\":\"" + url
                + "\",\"action\":\"Block\",\"every\":86400" + more + "}";
    }

    private static String made(String kind, String url, String more) {
        return with("Ti.ReadWrite.All")
                .body(source(kind, url, more))
                .post("/v1/indicators/sources")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static io.restassured.response.ValidatableResponse replace(String id, String url, String more) {
        return with("Ti.ReadWrite.All")
                .body(source("Lines", url, more))
                .put("/v1/indicators/sources/" + id)
                .then();
    }

    private static void pull(String id, String query) {
        with("Ti.ReadWrite.All")
                .post("/v1/indicators/sources/" + id + "/pull" + query)
                .then()
                .statusCode(202)
                .body("state", is("Waiting"));
    }

    /// The newest run, when there are so many and it is over.
    private static JsonPath ended(String id, int runs) {
        return await().atMost(SOON)
                .until(
                        () -> with("Ti.ReadWrite.All")
                                .get("/v1/indicators/sources/" + id + "/runs")
                                .then()
                                .statusCode(200)
                                .extract()
                                .jsonPath(),
                        path -> path.getList("value").size() == runs && path.getString("value[0].ended") != null)
                .setRootPath("value[0]");
    }

    private static Answer bundle(String... objects) {
        return Answer.of("{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[" + String.join(",", objects) + "]}");
    }

    private static Answer taxii(String envelope, String last) {
        return Answer.of(envelope)
                .with("Content-Type", "application/taxii+json;version=2.1")
                .with("X-TAXII-Date-Added-Last", last);
    }

    private static String stix(int id, String domain, boolean revoked) {
        return "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--00000000-0000-4000-8000-00000000000"
                + id
                + "\",\"created\":\"2026-01-05T10:00:00.000Z\",\"modified\":\"2026-01-05T10:00:00.000Z\",\"name\":\"C2\","
                + "\"pattern\":\"[domain-name:value = '" + domain
                + "']\",\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-05T10:00:00Z\",\"revoked\":" + revoked + "}";
    }
}
