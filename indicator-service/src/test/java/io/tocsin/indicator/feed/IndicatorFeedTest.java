package io.tocsin.indicator.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What somebody holds who takes a snapshot and then follows the changes.
@QuarkusTest
class IndicatorFeedTest extends ApiTest {

    @Test
    void shouldTellAllInForceAndThenWhatChanges() {
        // Given
        submit(json("203.0.113.1", "IpAddress", "Block"));
        submit(json("bad.example", "DomainName", "Allowed"));
        var held = new TreeMap<String, String>();

        // When
        String cursor = take(held, feed("/snapshot"));
        assertThat(held)
                .containsExactlyInAnyOrderEntriesOf(Map.of("1", "203.0.113.1 Block", "2", "bad.example Allowed"));
        submit(json("203.0.113.2", "IpAddress", "Audit"));
        with("Ti.ReadWrite.All").delete("/api/indicators/1").then().statusCode(204);
        cursor = take(held, feed("?wait=20&cursor=" + cursor));
        TestDatabase.update(
                "update indicator set expiration_ticks = ? where id = 2",
                WireTime.now().ticks());
        while (held.containsKey("2")) {
            cursor = take(held, feed("?wait=20&cursor=" + cursor));
        }

        // Then
        assertThat(held).isEqualTo(Map.of("3", "203.0.113.2 Audit"));
        assertThat(feed("?cursor=" + cursor).asString().lines()).hasSize(1);
    }

    @Test
    void shouldSayItShortly() {
        submit(json("bad.example", "DomainName", "Allowed").replace("\"GenerateAlert\":\"True\",", ""));

        assertThat(feed("/snapshot").asString().lines().findFirst())
                .contains(
                        "{\"change\":\"Set\",\"id\":\"1\",\"indicatorType\":\"DomainName\",\"indicatorValue\":\"bad.example\",\"action\":\"Allowed\",\"title\":\"C2\"}");
    }

    @Test
    void shouldGiveADeviceOnlyWhatIsForItsGroupAndSystem() {
        submit(json("203.0.113.1", "IpAddress", "Block"));
        submit(grouped(json("203.0.113.2", "IpAddress", "Block"), "Finance"));
        submit(grouped(json("203.0.113.3", "IpAddress", "Block"), "Sales"));
        submit(json("a".repeat(40), "CertificateThumbprint", "BlockAndRemediate"));
        submit(json("b".repeat(40), "FileSha1", "Block"));
        submit(json("c".repeat(40), "FileSha1", "BlockAndRemediate"));

        assertThat(ids("")).containsExactly("1", "4", "5", "6");
        assertThat(ids("deviceGroup=finance")).containsExactly("1", "2", "4", "5", "6");
        TestDatabase.update(
                "insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, rules) values"
                        + " ('" + Tokens.TENANT + "', 7, 1, 'Finance', 'NoAutomatedResponse', 0, '{}')");
        assertThat(ids("deviceGroup=7")).containsExactly("1", "2", "4", "5", "6"); // which names it by its name
        assertThat(ids("os=linux")).containsExactly("1", "6");
        assertThat(ids("os=Windows&deviceGroup=Sales")).containsExactly("1", "3", "4", "5", "6");
        assertThat(feed("?deviceGroup=Finance").asString()).contains("\"change\":\"Remove\",\"id\":\"3\"");
        with("Ti.ReadWrite.All")
                .get("/v1/feeds/indicators/snapshot?os=beos")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"));
    }

    private static String grouped(String json, String group) {
        return json.replace("\"rbacGroupNames\":\"\"", "\"rbacGroupNames\":[\"" + group + "\"]");
    }

    private static List<String> ids(String query) {
        var held = new TreeMap<String, String>();
        take(held, feed("/snapshot" + (query.isEmpty() ? "" : "?" + query)));
        return new ArrayList<>(held.keySet());
    }

    @Test
    void shouldHoldEveryValueInTheFilterAndFewOthers() throws Exception {
        // Given
        for (int i = 0; i < 300; i++) {
            TestDatabase.update("""
                    insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,
                        title, description, creation_ticks, last_update_ticks)
                    values (cast(? as uuid), ?, 'DomainName', ?, 'Block', 'test', 'Low', 't', 'd', 1, 1)
                    """, Tokens.TENANT, "h" + i + ".example", "h" + i + ".example");
        }

        // When
        byte[] answered = feed("/filter").then().statusCode(200).extract().asByteArray();

        // Then: read as docs/api.md says
        ByteBuffer filter = ByteBuffer.wrap(answered);
        byte[] magic = new byte[4];
        filter.get(magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("TCNF");
        assertThat(filter.getInt()).isEqualTo(1);
        int looks = filter.getInt();
        long bits = filter.getLong();
        assertThat(filter.getLong()).isEqualTo(300);
        assertThat(filter.remaining()).isEqualTo((int) (bits / 8)).isLessThan(400);
        int base = filter.position();
        for (int i = 0; i < 300; i++) {
            assertThat(isIn(answered, base, bits, looks, "DomainName:h" + i + ".example"))
                    .isTrue();
        }
        int falsely = 0;
        for (int i = 0; i < 2_000; i++) {
            falsely += isIn(answered, base, bits, looks, "DomainName:other" + i + ".example") ? 1 : 0;
        }
        assertThat(falsely).isLessThan(60);
    }

    private static boolean isIn(byte[] filter, int base, long bits, int looks, String text) throws Exception {
        ByteBuffer hash =
                ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        long first = hash.getLong();
        long step = hash.getLong();
        for (int i = 0; i < looks; i++) {
            long bit = Long.remainderUnsigned(first + i * step, bits);
            if ((filter[base + (int) (bit / 8)] >> (bit % 8) & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    /// Somebody who follows holds in the end what is in force, whatever happens between his questions.
    @Test
    void shouldLeadToWhatIsInForceWhateverHappensMeanwhile() {
        var random = new Random(20261129);
        var held = new TreeMap<String, String>();
        String cursor = take(held, feed("/snapshot"));
        for (int round = 0; round < 12; round++) {
            for (int i = random.nextInt(6); i > 0; i--) {
                String host = "h" + random.nextInt(12) + ".example";
                if (random.nextInt(3) == 0) {
                    List<Object> ids = TestDatabase.column("select id from indicator where match_value = ?", host);
                    ids.forEach(id -> with("Ti.ReadWrite.All").delete("/api/indicators/" + id));
                } else {
                    submit(json(host, "DomainName", random.nextBoolean() ? "Block" : "Allowed"))
                            .statusCode(200);
                }
            }
            cursor = take(held, feed("?cursor=" + cursor));
        }
        String last = cursor;
        await().untilAsserted(() -> {
            take(held, feed("?cursor=" + last));
            assertThat(List.copyOf(held.keySet()))
                    .isEqualTo(TestDatabase.column("select id::text from indicator order by id::text collate \"C\""));
        });
    }

    @Test
    void shouldForgetChangesThatAreOlderThanAnyCursorAndNothingElse() {
        // Given
        String away = take(new TreeMap<>(), feed("/snapshot"));
        for (int i = 1; i <= 3; i++) {
            submit(json("203.0.113." + i, "IpAddress", "Block"));
        }
        var seen = new TreeMap<String, String>();
        String cursor = take(seen, feed("?from=beginning"));
        while (seen.size() < 3) {
            cursor = take(seen, feed("?wait=20&cursor=" + cursor));
        }
        submit(json("203.0.113.4", "IpAddress", "Block"));
        long kept = WireTime.now().plusSeconds(-30 * 24 * 3_600 - 1_800).ticks();
        long over = WireTime.now().plusSeconds(-30 * 24 * 3_600 - 7_200).ticks();
        TestDatabase.update("update indicator_change set at_ticks = ? where indicator_id <= 2", over);
        TestDatabase.update("update indicator_change set at_ticks = ? where indicator_id = 3", kept);
        Object last = TestDatabase.value(
                "select change_xid || ' ' || change_id from indicator_change where indicator_id = 2");

        // When
        TestDatabase.update(
                "update scheduled_tasks_indicator set execution_time = now() where task_name = 'prune-feed' and not picked");

        // Then
        await().untilAsserted(
                        () -> assertThat(TestDatabase.column("select indicator_id from indicator_change order by 1"))
                                .isEqualTo(List.of(3L, 4L)));
        assertThat(TestDatabase.value(
                        "select change_xid || ' ' || change_id from feed_pruned where followed = 'indicator_change'"))
                .isEqualTo(last);
        assertThat(TestDatabase.count("indicator")).isEqualTo(4);
        var held = new TreeMap<String, String>();
        take(held, feed("?wait=20&cursor=" + cursor));
        assertThat(held).containsOnlyKeys("4");
        feed("?cursor=" + away).then().statusCode(410).body("error.code", is("CursorExpired"));
        var told = new TreeMap<String, String>();
        take(told, feed("?from=beginning"));
        assertThat(told).containsOnlyKeys("3", "4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?cursor=x", "?limit=0", "?from=yesterday"})
    void shouldRefuseWhatIsNoPlace(String query) {
        feed(query).then().statusCode(400);
    }

    @Test
    void shouldBeClosedToWhoSeesOnlyHisOwn() {
        by(Tokens.of(Tokens.TENANT, "feed", "Ti.ReadWrite"))
                .get("/v1/feeds/indicators/snapshot")
                .then()
                .statusCode(403);
        with("Ti.Read.All").get("/v1/feeds/indicators/snapshot").then().statusCode(200);
    }

    private static Response feed(String query) {
        return with("Ti.ReadWrite.All").get("/v1/feeds/indicators" + query);
    }

    /// Takes the lines over; answers the cursor of the last.
    private static String take(Map<String, String> held, Response answer) {
        answer.then().statusCode(200);
        String cursor = null;
        for (String text : answer.asString().split("\n")) {
            JsonPath line = JsonPath.from(text);
            if (line.get("change") == null) {
                cursor = line.getString("cursor");
            } else if (line.getString("change").equals("Set")) {
                held.put(line.getString("id"), line.getString("indicatorValue") + " " + line.getString("action"));
            } else {
                held.remove(line.getString("id"));
            }
        }
        assertThat(cursor).isEqualTo(answer.header("Tocsin-Next-Cursor"));
        return cursor;
    }
}
