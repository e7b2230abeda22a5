package io.tocsin.indicator.taxii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TaxiiTest extends ApiTest {

    private static final String TAXII = "application/taxii+json;version=2.1";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldTellWhatItHasFromDiscoveryToCollections() {
        get("").statusCode(200).contentType("application/taxii+json").body("default", endsWith("/taxii2/api/"));
        get("/").body("api_roots", hasSize(1));
        get("/api/").body("versions", is(List.of(TAXII)));
        submit(json("203.0.113.1", "IpAddress", "Block")
                .replace("\"rbacGroupNames\":\"\"", "\"rbacGroupNames\":[\"Finance\"]"));
        get("/api/collections/")
                .body("collections.title", hasItems("All indicators", "Blocked", "Of device group Finance"))
                .body("collections.find { it.title == 'Blocked' }.can_write", is(true));
        get("/api/collections/" + id("Blocked") + "/").body("title", is("Blocked"));
        get("/api/collections/" + UUID.randomUUID() + "/").statusCode(404);
        get("/api/collections/" + id("Of device group Finance") + "/objects/").body("objects", hasSize(1));
        get("/api/collections/" + id("Allowed") + "/objects/").body("objects", nullValue());
    }

    @Test
    void shouldGiveOutIndicatorsAsStixPageByPageInTheOrderOfTheirChanges() {
        // Given
        submit(json("203.0.113.1", "IpAddress", "Block"));
        submit(json("bad.example", "DomainName", "Allowed"));
        submit(json("http://bad.example/o'neil", "Url", "Block"));
        submit(json("a".repeat(64), "FileSha256", "BlockAndRemediate"));
        String all = "/api/collections/" + id("All indicators") + "/objects/";

        // When
        var patterns = new ArrayList<String>();
        String next = null;
        String added = null;
        do {
            ValidatableResponse page = get(all + "?limit=3" + (next == null ? "" : "&next=" + next))
                    .statusCode(200);
            patterns.addAll(page.extract().path("objects.pattern"));
            next = page.extract().path("next");
            added = added == null ? page.extract().header("X-TAXII-Date-Added-Last") : added;
        } while (next != null);

        // Then
        assertThat(patterns)
                .containsExactly(
                        "[ipv4-addr:value = '203.0.113.1']",
                        "[domain-name:value = 'bad.example']",
                        "[url:value = 'http://bad.example/o\\'neil']",
                        "[file:hashes.'SHA-256' = '" + "a".repeat(64) + "']");
        get(all + "?added_after=" + added).body("objects", hasSize(1));
        get(all + "?match[type]=malware").body("objects", nullValue());
        String first = get(all + "?limit=1").extract().path("objects[0].id");
        get(all + "?match[id]=" + first).body("objects", hasSize(1)).body("objects[0].name", is("C2"));
        get(all + first + "/").body("objects[0].id", is(first)).body("objects[0].spec_version", is("2.1"));
        get(all + first + "/versions/").body("versions", hasSize(1));
        get("/api/collections/" + id("All indicators") + "/manifest/?limit=2")
                .body("objects", hasSize(2))
                .body("objects[0].id", is(first))
                .body("more", is(true));
        get(all + "indicator--" + UUID.randomUUID() + "/").statusCode(404);
        get(all + "?added_after=soon").statusCode(400);
        get(all + "?next=x").statusCode(400);
        get(all + "?next=9999999999999999999-1").statusCode(400);
    }

    @Test
    void shouldTakeObjectsAndSayWhatBecameOfEach() {
        String objects = stix("[ipv4-addr:value = '203.0.113.9' OR domain-name:value = 'bad.example']", "") + ","
                + stix("[file:name = 'x.exe']", "") + "," + stix("[ipv4-addr:value = '10.0.0.1']", "") + ","
                + stix("[ipv4-addr:value ISSUBSET '45.67.89.0/24'] OR [domain-name:value LIKE '%.wild.example']", "")
                + ",{\"type\":\"malware\",\"id\":\"malware--" + UUID.randomUUID() + "\"}";

        String status = post("Blocked", objects)
                .statusCode(202)
                .contentType("application/taxii+json")
                .body("status", is("complete"))
                .body("total_count", is(5))
                .body("success_count", is(2))
                .body("failure_count", is(3))
                .body("failures[0].message", startsWith("The pattern is refused"))
                .extract()
                .path("id");

        get("/api/status/" + status + "/").body("success_count", is(2)).body("pending_count", is(0));
        get("/api/status/" + UUID.randomUUID()).statusCode(404);
        match("DomainName", "x.bad.example").body("value[0].action", is("Block"));
        match("IpAddress", "45.67.89.44").body("value[0].action", is("Block"));
        match("DomainName", "a.wild.example").body("value[0].matched", is(true));
        assertThat(TestDatabase.count("indicator")).isEqualTo(4);
        get("/api/collections/" + id("Blocked") + "/objects/").body("objects", hasSize(2));
    }

    @Test
    void shouldFollowNewVersionsOfAnObjectAndItsEnd() {
        // Given
        String object = stix("[ipv4-addr:value = '203.0.113.9' OR ipv4-addr:value = '203.0.113.10']", "");
        String id = node(object).path("id").asText();
        post("Blocked", object).body("success_count", is(1));

        // Then
        post(
                        "Blocked",
                        object.replace(" OR ipv4-addr:value = '203.0.113.10'", "")
                                .replace("10:00:00", "11:00:00"))
                .body("success_count", is(1));
        match("IpAddress", "203.0.113.9").body("value[0].matched", is(true));
        match("IpAddress", "203.0.113.10").body("value[0].matched", is(false));
        get("/api/collections/all/objects/" + id + "/versions/")
                .body("versions", is(List.of("2026-01-05T11:00:00.000Z")));
        post("Blocked", object).body("success_count", is(1)); // late, and of no effect
        match("IpAddress", "203.0.113.10").body("value[0].matched", is(false));
        post("Blocked", object.replace("10:00:00", "12:00:00").replaceFirst("\\{", "{\"revoked\":true,"))
                .body("success_count", is(1));
        match("IpAddress", "203.0.113.9").body("value[0].matched", is(false));
        assertThat(TestDatabase.count("indicator")).isZero();
        assertThat(TestDatabase.count("indicator_stix")).isZero();
        post("Blocked", object).body("success_count", is(1));
        with("Ti.ReadWrite.All")
                .delete("/taxii2/api/collections/all/objects/" + id + "/")
                .then()
                .statusCode(200);
        assertThat(TestDatabase.count("indicator")).isZero();
    }

    /// Whoever asks for what came since would never hear of what was begun before and is committed behind it.
    @Test
    void shouldTellNothingThatIsYoungerThanWhatIsStillBeingWritten() throws Exception {
        // Given
        String there =
                submit(json("203.0.113.1", "IpAddress", "Block")).extract().path("id");
        String objects = "/api/collections/all/objects/";
        String told = get(objects).extract().header("X-TAXII-Date-Added-Last");
        String batch = "{\"Indicators\":[" + json("203.0.113.2", "IpAddress", "Block") + ","
                + json("203.0.113.1", "IpAddress", "Block") + "]}";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var holding = TestDatabase.open()) {
            holding.setAutoCommit(false);
            holding.createStatement().execute("select from indicator where id = " + there + " for update");
            var slow = threads.submit(() -> with("Ti.ReadWrite.All")
                    .body(batch)
                    .post("/api/indicators/import")
                    .statusCode());
            await().until(() -> !TestDatabase.column("select pid from pg_locks where not granted")
                    .isEmpty());

            // When
            submit(json("203.0.113.3", "IpAddress", "Block"));
            get(objects + "?added_after=" + told).body("objects", nullValue());
            get("/api/collections/all/manifest/").body("objects", hasSize(1));
            holding.rollback();
            assertThat(slow.get()).isEqualTo(200);
        }

        // Then
        await().untilAsserted(() -> get(objects + "?added_after=" + told).body("objects", hasSize(3)));
    }

    @Test
    void shouldRefuseWhatIsValidOnlyLaterAndEndWhatIsNotAnyMore() {
        // Given
        String object = stix("[ipv4-addr:value = '203.0.113.9']", "");

        // Then
        post("Blocked", object.replace("\"valid_from\":\"2026", "\"valid_from\":\"2126"))
                .body("failure_count", is(1))
                .body("failures[0].message", is("It is valid only from 2126-01-05T10:00:00Z on: send it then"));
        assertThat(TestDatabase.count("indicator")).isZero();
        post("Blocked", object).body("success_count", is(1));
        post(
                        "Blocked",
                        object.replace("10:00:00.000Z\",\"name", "11:00:00.000Z\",\"name")
                                .replaceFirst("\\{", "{\"valid_until\":\"2026-01-05T11:00:00Z\","))
                .body("success_count", is(1));
        match("IpAddress", "203.0.113.9").body("value[0].matched", is(false));
        assertThat(TestDatabase.count("indicator")).isZero();
    }

    @Test
    void shouldGoOnTellingAnObjectWhenAnotherTakesOneOfItsValues() {
        // Given
        String one =
                stix("[ipv4-addr:value = '203.0.113.9' OR ipv4-addr:value = '203.0.113.10']", ",\"confidence\":85");
        String other = stix("[ipv4-addr:value = '203.0.113.9']", "");
        post("Blocked", one).body("success_count", is(1));

        // When
        post("Blocked", other).body("success_count", is(1));

        // Then
        get("/api/collections/all/objects/").body("objects", hasSize(2));
        get("/api/collections/all/objects/" + node(one).path("id").asText() + "/")
                .body("objects[0].confidence", is(85))
                .body("objects[0].pattern", is("[ipv4-addr:value = '203.0.113.10']"));
        post("Blocked", one.replaceFirst("\\{", "{\"revoked\":true,")).body("success_count", is(1));
        match("IpAddress", "203.0.113.9").body("value[0].matched", is(true));
        match("IpAddress", "203.0.113.10").body("value[0].matched", is(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.9", "203.0.113.10", "203.0.113.11"})
    void shouldTellWhatIsLeftOfAnObjectWhenOneOfItsValuesIsDeletedHere(String gone) {
        // Given
        String object =
                stix("[ipv4-addr:value IN ('203.0.113.9', '203.0.113.10') OR ipv4-addr:value = '203.0.113.11']", "");
        post("Blocked", object).body("success_count", is(1));

        // When
        String id = with("Ti.ReadWrite.All")
                .get("/v1/indicators?value=" + gone)
                .then()
                .extract()
                .path("value[0].id");
        with("Ti.ReadWrite.All").delete("/api/indicators/" + id).then().statusCode(204);

        // Then
        List<String> patterns = get("/api/collections/all/objects/").extract().path("objects.pattern");
        assertThat(String.join(" ", patterns)).doesNotContain("'" + gone + "'");
        for (String left : List.of("203.0.113.9", "203.0.113.10", "203.0.113.11")) {
            assertThat(left.equals(gone) || String.join(" ", patterns).contains("'" + left + "'"))
                    .isTrue();
        }
    }

    /// Whatever an object says comes back as it was said, known to us or not.
    @Test
    void shouldLoseNothingOfAnObjectThatComesInAndGoesOut() throws Exception {
        var random = new Random(20261129);
        for (int round = 0; round < 40; round++) {
            ObjectNode sent = (ObjectNode) node(stix(pattern(random), ""));
            any(random, sent);
            post("All indicators", sent.toString()).statusCode(202).body("success_count", is(1));

            JsonNode got = JSON.readTree(get("/api/collections/all/objects/"
                                    + sent.path("id").asText() + "/")
                            .extract()
                            .asString())
                    .path("objects")
                    .path(0);

            assertThat(got).isEqualTo(sent);
        }
    }

    private static String pattern(Random random) {
        var values = new ArrayList<String>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            values.add(
                    switch (random.nextInt(5)) {
                        case 0 -> "ipv4-addr:value = '9.8." + random.nextInt(250) + "." + random.nextInt(250) + "'";
                        case 1 -> "domain-name:value = 'h" + random.nextInt() + ".example'";
                        case 2 -> "url:value = 'http://h" + random.nextInt() + ".example/a?b=1'";
                        case 3 -> "file:hashes.MD5 = '%032x'".formatted(random.nextLong() & Long.MAX_VALUE);
                        default -> "file:hashes.'SHA-1' = '%040x'".formatted(random.nextLong() & Long.MAX_VALUE);
                    });
        }
        return "[" + String.join(random.nextBoolean() ? " OR " : "] OR [", values) + "]";
    }

    private static void any(Random random, ObjectNode object) {
        if (random.nextBoolean()) {
            object.put("confidence", random.nextInt(100)).put("lang", "de");
        }
        if (random.nextBoolean()) {
            object.put("valid_until", "2036-01-01T00:00:00.12345Z");
        }
        if (random.nextBoolean()) {
            object.putArray("labels").add("ä, \"b\"").add("c\\d");
            object.putArray("indicator_types").add(random.nextBoolean() ? "benign" : "anomalous-activity");
        }
        if (random.nextBoolean()) {
            object.putArray("kill_chain_phases")
                    .addObject()
                    .put("kill_chain_name", "lockheed-martin-cyber-kill-chain")
                    .put("phase_name", "delivery");
            object.putArray("external_references")
                    .addObject()
                    .put("source_name", "mitre-attack")
                    .put("external_id", "T1071");
        }
        if (random.nextBoolean()) {
            object.putObject("x_somebodys").put("number", random.nextDouble()).putNull("none");
            object.put("created_by_ref", "identity--" + UUID.randomUUID());
        }
    }

    /// What one installation gives out another takes in as it was.
    @Test
    void shouldHoldTheSameIndicatorsWhenAnotherInstallationTakesThemIn() throws Exception {
        // Given
        submit(
                json("203.0.113.1", "IpAddress", "AlertAndBlock")
                        .replace(
                                "\"rbacGroupNames\":\"\"",
                                "\"rbacGroupNames\":[\"a, b\"],\"mitreTechniques\":\"T1071,T1105\",\"externalId\":\"x-1\",\"recommendedActions\":\"isolate\",\"application\":\"ndr\",\"expirationTime\":\"2036-01-01T00:00:00.1234567Z\",\"educateUrl\":\"https://x.example/\",\"bypassDurationHours\":3"));
        submit(json("http://bad.example/a", "Url", "Warn"));
        submit(json("c".repeat(40), "CertificateThumbprint", "Allowed"));
        JsonNode before = exported();
        JsonNode objects = JSON.readTree(
                        get("/api/collections/all/objects/").extract().asString())
                .path("objects");

        // When
        TestDatabase.clean();
        post(
                        "All indicators",
                        objects.toString().substring(1, objects.toString().length() - 1))
                .body("success_count", is(3))
                .body("failure_count", is(0));

        // Then
        assertThat(exported()).isEqualTo(before);
    }

    private static JsonNode exported() throws Exception {
        var all = JSON.createArrayNode();
        for (String line :
                with("Ti.ReadWrite.All").get("/v1/indicators/export").asString().split("\n")) {
            if (line.startsWith("{\"exported\"")) {
                continue;
            }
            ObjectNode it = (ObjectNode) JSON.readTree(line);
            it.remove(List.of("id", "creationTimeDateTimeUtc", "lastUpdateTime"));
            all.add(it);
        }
        var sorted = new ArrayList<JsonNode>();
        all.forEach(sorted::add);
        sorted.sort(
                java.util.Comparator.comparing(it -> it.path("indicatorValue").asText()));
        return JSON.createArrayNode().addAll(sorted);
    }

    /// Its number is that of one here; but it is not that one.
    @Test
    void shouldLeaveAnIndicatorAloneWhenOneOfAnotherInstallationHasItsNumber() {
        submit(json("203.0.113.1", "IpAddress", "Block"));
        String ours = get("/api/collections/all/objects/").extract().path("objects[0].id");
        String theirs =
                ours.replaceFirst("--.{8}", ours.startsWith("indicator--00000000") ? "--00000001" : "--00000000");
        String object = stix("[ipv4-addr:value = '203.0.113.2']", "").replaceFirst("indicator--[0-9a-f-]{36}", theirs);

        post("Blocked", object.replaceFirst("\\{", "{\"revoked\":true,")).body("success_count", is(1));
        post("Blocked", object).body("success_count", is(1));
        get("/api/collections/all/objects/" + ours + "/").body("objects", hasSize(1));
        with("Ti.ReadWrite.All")
                .delete("/taxii2/api/collections/all/objects/" + theirs + "/")
                .then()
                .statusCode(200);

        match("IpAddress", "203.0.113.1").body("value[0].matched", is(true));
        match("IpAddress", "203.0.113.2").body("value[0].matched", is(false));
    }

    @Test
    void shouldRefuseWhatIsMeantToBreakIt() {
        String deep = stix("[" + "(".repeat(30_000) + "ipv4-addr:value = '203.0.113.9'" + ")".repeat(30_000) + "]", "");
        String literal = stix("[domain-name:value = '" + "x".repeat(60_000) + "']", "");
        String nul = "{\"type\":\"indicator\",\"id\":\"a\\u0000b\",\"modified\":\"\\u0000\"}";

        post("Blocked", deep + "," + literal + "," + nul)
                .statusCode(202)
                .body("failure_count", is(3))
                .body("success_count", is(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ipv4-addr:value = '203.0.113.9' AND domain-name:value = 'bad.example']",
                "[ipv4-addr:value = '203.0.113.9'] FOLLOWEDBY [domain-name:value = 'bad.example']",
                "[ipv4-addr:value = '203.0.113.9'] WITHIN 300 SECONDS",
                "[ipv4-addr:value != '203.0.113.9']",
                "[NOT ipv4-addr:value = '203.0.113.9']",
                "[domain-name:value LIKE '%bad%']",
                "[domain-name:value MATCHES '.*']",
                "[file:size = 12]",
                "[ipv4-addr:value = '203.0.113.9'",
                "ipv4-addr:value = '203.0.113.9'",
                "[]",
                "",
                "; drop table indicator",
            })
    void shouldRefuseAPatternThatNoIndicatorCanSay(String pattern) {
        post("Blocked", stix(pattern, "")).statusCode(202).body("failure_count", is(1));
        assertThat(TestDatabase.count("indicator")).isZero();
    }

    @Test
    void shouldRefuseWhatIsNoEnvelopeOrMayNotBeSent() {
        submit(json("203.0.113.1", "IpAddress", "Block")
                .replace("\"rbacGroupNames\":\"\"", "\"rbacGroupNames\":[\"Finance\"]"));
        with("Ti.ReadWrite.All")
                .contentType(TAXII)
                .body("{}")
                .post("/taxii2/api/collections/all/objects/")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"));
        post("Of device group Finance", stix("[ipv4-addr:value = '203.0.113.9']", ""))
                .statusCode(403);
        with("Ti.Read.All").get("/taxii2/api/collections/all/objects/").then().statusCode(200);
        with("Ti.Read.All")
                .contentType(TAXII)
                .body("{\"objects\":[]}")
                .post("/taxii2/api/collections/all/objects/")
                .then()
                .statusCode(403);
        with("Ti.Read.All").get("/taxii2/api/collections/").then().body("collections[0].can_write", is(false));
        by(Tokens.of(Tokens.OTHER_TENANT, "x", "Ti.ReadWrite.All"))
                .get("/taxii2/api/collections/all/objects/")
                .then()
                .body("objects", nullValue());
    }

    @Test
    void shouldTellAChangeOfWhatCameByTaxii() {
        String object = stix("[ipv4-addr:value = '203.0.113.9']", ",\"confidence\":85");
        post("Blocked", object).body("success_count", is(1));
        with("Ti.ReadWrite.All")
                .body("{\"title\":\"another\"}")
                .patch("/v1/indicators/1")
                .then()
                .statusCode(200);

        get("/api/collections/all/objects/" + node(object).path("id").asText() + "/")
                .body("objects[0].name", is("another"))
                .body("objects[0].confidence", is(85))
                .body("objects[0].modified", notNullValue())
                .body("objects[0].extensions", notNullValue());
    }

    private static JsonNode node(String text) {
        try {
            return JSON.readTree(text);
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    private static String stix(String pattern, String more) {
        ObjectNode object = JSON.createObjectNode()
                .put("type", "indicator")
                .put("spec_version", "2.1")
                .put("id", "indicator--" + UUID.randomUUID())
                .put("created", "2026-01-05T10:00:00.000Z")
                .put("modified", "2026-01-05T10:00:00.000Z")
                .put("name", "beacon")
                .put("pattern", pattern)
                .put("pattern_type", "stix")
                .put("valid_from", "2026-01-05T10:00:00Z");
        String text = object.toString();
        return text.substring(0, text.length() - 1) + more + "}";
    }

    private static String id(String title) {
        return get("/api/collections/").extract().path("collections.find { it.title == '" + title + "' }.id");
    }

    private static ValidatableResponse post(String collection, String objects) {
        return with("Ti.ReadWrite.All")
                .contentType(TAXII)
                .body(("{\"objects\":[" + objects + "]}").getBytes(StandardCharsets.UTF_8))
                .post("/taxii2/api/collections/" + id(collection) + "/objects/")
                .then();
    }

    private static ValidatableResponse get(String path) {
        return with("Ti.ReadWrite.All").accept(TAXII).get("/taxii2" + path).then();
    }
}
