package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class IdempotencyKeyTest extends ApiTest {

    private static final String KEY = "6d1b1f5e-53a2-4b0e-8f0b-b6a51f0f8c11";
    private static final String REPLAYED = "Idempotency-Replayed";

    @Test
    void shouldGiveTheFirstAnswerAgainWhenTheSameRequestComesTwice() {
        // Given
        Response first = submit(KEY, alert("a-1"));

        // When
        Response second = submit(KEY, alert("a-1"));

        // Then
        first.then().statusCode(201).header(REPLAYED, nullValue());
        second.then().statusCode(201).header(REPLAYED, is("true")).contentType(first.contentType());
        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        assertThat(second.header("X-Request-Id")).isNotEqualTo(first.header("X-Request-Id"));
        assertThat(TestDatabase.value("select count(*) from audit_entry where target = ?", id(first)))
                .isEqualTo(1L);
    }

    @Test
    void shouldGiveTheFirstAnswerAgainWhenTheSameBodyComesCompressed() {
        Response first = submit(KEY, alert("a-1"));

        Response second = request(KEY)
                .header("Content-Encoding", "gzip")
                .body(gzip(alert("a-1")))
                .post("/v1/alerts");

        second.then().statusCode(201).header(REPLAYED, is("true"));
        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
    }

    @Test
    void shouldRefuseWhenTheKeyComesWithAnotherBody() {
        submit(KEY, alert("a-1")).then().statusCode(201);

        submit(KEY, alert("a-2"))
                .then()
                .statusCode(422)
                .body("error.code", is("IdempotencyKeyReused"))
                .body("error.target", notNullValue());
        assertThat(TestDatabase.count("alert")).isEqualTo(1);
    }

    @Test
    void shouldHaveOneEffectWhenManySendTheSameAtOnce() throws Exception {
        List<Response> answers = atOnce(12, () -> submit(KEY, alert("a-1")));

        assertThat(answers).extracting(Response::statusCode).containsOnly(201);
        assertThat(answers)
                .extracting(answer -> answer.header(REPLAYED))
                .filteredOn(replayed -> replayed == null)
                .hasSize(1);
        assertThat(answers)
                .extracting(Response::asString)
                .containsOnly(answers.getFirst().asString());
        assertThat(TestDatabase.value("select count(*) from audit_entry where target = ?", id(answers.getFirst())))
                .isEqualTo(1L);
    }

    @Test
    void shouldForgetARefusalWhenTheRequestIsMendedUnderItsKey() {
        submit(KEY, alert("a-1").replace("\"High\"", "\"Loud\"")).then().statusCode(400);

        submit(KEY, alert("a-1")).then().statusCode(201).header(REPLAYED, nullValue());
    }

    @Test
    void shouldBeAnotherKeyWhenAnotherApplicationOrTenantUsesIt() {
        submit(KEY, alert("a-1")).then().statusCode(201);

        by(Tokens.of(Tokens.OTHER_TENANT, "test-app", "Alert.ReadWrite.All"), alert("a-1"))
                .then()
                .statusCode(201)
                .header(REPLAYED, nullValue());
        by(Tokens.of(Tokens.TENANT, "another-app", "Alert.ReadWrite.All"), alert("a-1"))
                .then()
                .statusCode(403) // of the source, not a replay
                .header(REPLAYED, nullValue());
    }

    @Test
    void shouldNotReplayWhenTheCallerMayNotCallTheRoute() {
        submit(KEY, alert("a-1")).then().statusCode(201);

        by(Tokens.application("Alert.Read.All"), alert("a-1")).then().statusCode(403);
    }

    @Test
    void shouldBeANewRequestWhenADayHasPassed() {
        submit(KEY, alert("a-1")).then().statusCode(201);
        TestDatabase.update("update idempotency_key set created_at = created_at - interval '24 hours 1 second'");

        submit(KEY, alert("a-1")).then().statusCode(200).header(REPLAYED, nullValue());
        submit(KEY, alert("a-1")).then().statusCode(200).header(REPLAYED, is("true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with blank", "ümlaut", "LONG"})
    void shouldRefuseWhenTheKeyIsNotOne(String key) {
        submit(key.replace("LONG", "x".repeat(256)), alert("a-1"))
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString("Idempotency-Key"));
    }

    @Test
    void shouldKeepNothingReadableWhenAnAnswerIsRecorded() {
        submit(KEY, alert("a-1")).then().statusCode(201);

        assertThat(TestDatabase.column("select to_jsonb(k)::text || encode(answer, 'escape') from idempotency_key k"))
                .singleElement()
                .asString()
                .doesNotContain(KEY)
                .doesNotContain("Beacon");
    }

    /// What the release before wrote, and writes while it is replaced: sealed by what the client sent, and only by
    /// that.
    @Test
    void shouldReplayWhatTheReleaseBeforeRecorded() throws Exception {
        // Given
        String first = submit(KEY, alert("a-1")).asString();
        byte[] answer = first.replace("Beacon", "Before").getBytes(StandardCharsets.UTF_8);
        TestDatabase.update(
                "update idempotency_key set status = 201, answer = ?, claimed_by = null, claimed_until = null,"
                        + " sealed_status = null",
                sealedByTheClientAlone(alert("a-1"), answer));

        // When
        Response again = submit(KEY, alert("a-1"));

        // Then
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.header(REPLAYED)).isEqualTo("true");
        assertThat(again.asByteArray()).isEqualTo(answer);
    }

    /// It reads `status`, finds none, and answers 409 until a replica of this release is asked.
    @Test
    void shouldLookLikeARequestInProgressToTheReleaseBefore() {
        submit(KEY, alert("a-1")).then().statusCode(201);
        stream(lines(0, 10)).then().statusCode(200);

        assertThat(TestDatabase.column("select status is null and claimed_by is not null"
                        + " and claimed_until between now() + interval '23 hours' and now() + interval '25 hours'"
                        + " from idempotency_key"))
                .containsExactly(true, true);
    }

    @Test
    void shouldNotOpenForWhoGuessesTheKeyButHasTheDatabaseAlone() throws Exception {
        submit(KEY, alert("a-1")).then().statusCode(201);
        byte[] stored = (byte[]) TestDatabase.value("select answer from idempotency_key");

        for (int from = 0; from + 28 < stored.length; from++) {
            byte[] guessed = Arrays.copyOfRange(stored, from, stored.length);
            assertThatThrownBy(() -> openedByTheClientAlone(alert("a-1"), guessed))
                    .isInstanceOf(AEADBadTagException.class);
        }
    }

    @Test
    void shouldNotGiveAnAnswerThatWasMovedToAnotherKey() {
        // Given
        submit(KEY, alert("a-1")).then().statusCode(201);
        submit(KEY + "-2", alert("a-1")).then().statusCode(200);

        // When
        TestDatabase.update("update idempotency_key a set answer = b.answer from idempotency_key b"
                + " where a.key_hash <> b.key_hash");

        // Then
        submit(KEY, alert("a-1")).then().statusCode(500).body("error.code", is("InternalServerError"));
    }

    @Test
    void shouldAskToComeAgainWhenTheDataKeyOfAnAnswerIsNotThere() {
        submit(KEY, alert("a-1")).then().statusCode(201);
        TestDatabase.update(
                "update idempotency_key set answer = overlay(answer placing uuid_send(gen_random_uuid()) from 2)");

        submit(KEY, alert("a-1"))
                .then()
                .statusCode(503)
                .header("Retry-After", is("10"))
                .body("error.code", is("ServiceUnavailable"))
                .body("error.message", not(containsString("key")));
    }

    @Test
    void shouldReplayTheItemsWhenAnArrayComesAgain() {
        String array = "[" + alert("a-1") + "," + alert("a-2") + ",{}]";
        Response first = submit(KEY, array);

        Response second = submit(KEY, array);

        first.then().statusCode(200).body("value[0].status", is(201)).body("value[2].status", is(400));
        second.then().statusCode(200).header(REPLAYED, is("true"));
        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        submit(KEY, "[" + alert("a-3") + "]").then().statusCode(422);
        assertThat(TestDatabase.count("alert")).isEqualTo(2);
    }

    @Test
    void shouldReplayTheCountsWhenAStreamComesAgainAndStoreNothingOfAnotherUnderItsKey() {
        String lines = lines(0, 2_500);
        Response first = stream(lines);

        Response second = stream(lines);
        Response other = stream(lines(2_500, 10));

        first.then().statusCode(200).body("stored", is(2_500)).header(REPLAYED, nullValue());
        second.then().statusCode(200).header(REPLAYED, is("true")).body("stored", is(2_500));
        other.then().statusCode(422);
        assertThat(TestDatabase.count("device_event")).isEqualTo(2_500);
    }

    @Test
    void shouldBeginAgainWhenTheProcessThatReadTheStreamDied() {
        // Given: a claim, as a killed process leaves it
        String lines = lines(0, 10);
        stream(lines);
        TestDatabase.update("update idempotency_key set status = null, claimed_by = gen_random_uuid(),"
                + " claimed_until = now() + interval '10 minutes'");
        stream(lines).then().statusCode(409).header("Retry-After", is("1")).body("error.code", is("RequestInProgress"));

        // When
        TestDatabase.update("update idempotency_key set claimed_until = now() - interval '1 second'");
        Response again = stream(lines);

        // Then
        again.then().statusCode(200).body("duplicates", is(10)).header(REPLAYED, nullValue());
    }

    @Test
    void shouldStoreAStreamOnceWhenTwoSendItAtOnce() throws Exception {
        String lines = lines(0, 1_000);

        List<Response> answers = atOnce(4, () -> stream(lines));

        assertThat(answers).extracting(Response::statusCode).containsAnyOf(200).isSubsetOf(200, 409);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 200 && answer.header(REPLAYED) == null)
                .hasSize(1);
        assertThat(TestDatabase.count("device_event")).isEqualTo(1_000);
    }

    @Test
    void shouldIgnoreTheKeyWhenTheRouteIsDefenders() {
        request(KEY)
                .body("{}")
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(400)
                .header(REPLAYED, nullValue());
        assertThat(TestDatabase.count("idempotency_key")).isZero();
    }

    private static byte[] sealedByTheClientAlone(String body, byte[] answer) throws Exception {
        byte[] nonce = new byte[12];
        byte[] sealed = client(Cipher.ENCRYPT_MODE, body, nonce).doFinal(answer);
        return ByteBuffer.allocate(nonce.length + sealed.length)
                .put(nonce)
                .put(sealed)
                .array();
    }

    private static byte[] openedByTheClientAlone(String body, byte[] sealed) throws Exception {
        return client(Cipher.DECRYPT_MODE, body, Arrays.copyOf(sealed, 12)).doFinal(sealed, 12, sealed.length - 12);
    }

    private static Cipher client(int mode, String body, byte[] nonce) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bodyHash = digest.digest(body.getBytes(StandardCharsets.UTF_8));
        digest.update(("tocsin-idempotency-seal\0" + KEY + "\0").getBytes(StandardCharsets.US_ASCII));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(digest.digest(bodyHash), "AES"), new GCMParameterSpec(128, nonce));
        return cipher;
    }

    private static String alert(String reference) {
        return "{\"source\":\"suricata-edge\",\"sourceRef\":\"" + reference
                + "\",\"title\":\"Beacon\",\"severity\":\"High\"}";
    }

    private static String lines(int from, int count) {
        var lines = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            lines.append(connection("203.0.113.5", "2026-02-03T09:15:27Z", i)).append('\n');
        }
        return lines.toString();
    }

    private static RequestSpecification request(String key) {
        return with("Alert.ReadWrite.All").header("Idempotency-Key", key);
    }

    private static Response submit(String key, String body) {
        return request(key).body(body).post("/v1/alerts");
    }

    private static Response by(String token, String body) {
        return RestAssured.given()
                .contentType("application/json")
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", KEY)
                .body(body)
                .post("/v1/alerts");
    }

    private static Response stream(String lines) {
        return with("Event.Write")
                .contentType("application/octet-stream")
                .header("Idempotency-Key", KEY)
                .body(lines.getBytes(StandardCharsets.UTF_8))
                .post("/v1/events");
    }

    private static String id(Response answer) {
        return answer.path("id");
    }

    private static List<Response> atOnce(int callers, java.util.concurrent.Callable<Response> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                running.add(threads.submit(call));
            }
            List<Response> answers = new ArrayList<>();
            for (Future<Response> answer : running) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
