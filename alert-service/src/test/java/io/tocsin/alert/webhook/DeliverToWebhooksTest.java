package io.tocsin.alert.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.alert.webhook.Partner.Answer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DeliverToWebhooksTest extends WebhookTest {

    @Test
    void shouldSendEachChangeOnceInOrderAsASignedCloudEvent() {
        // Given
        String secret = webhook(partner.url(), "").extract().path("secret");

        // When
        alert("da1");
        alert("da2");
        TestDatabase.update(
                "update alert set status = 'Resolved', last_update_ticks = last_update_ticks + 1 where id = 'da1'");

        // Then
        await().atMost(SOON).until(() -> partner.received().size() >= 3);
        await().during(Duration.ofMillis(700))
                .atMost(SOON)
                .until(() -> partner.received().size() == 3);
        assertThat(partner.told()).containsExactly("created da1", "created da2", "updated da1");
        Partner.Received first = partner.received().getFirst();
        assertThat(first.isSignedWith(secret)).isTrue();
        assertThat(first.isSignedWith("whsec_" + "A".repeat(43) + "=")).isFalse();
        assertThat(first.header("Content-Type")).startsWith("application/cloudevents+json");
        assertThat(Long.parseLong(first.header("webhook-timestamp")))
                .isBetween(Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond());
        assertThat(first.json().getString("specversion")).isEqualTo("1.0");
        assertThat(first.json().getString("id")).isEqualTo(first.header("webhook-id"));
        assertThat(first.json().getString("source")).isEqualTo("urn:tocsin:tenant:" + Tokens.TENANT);
        assertThat(first.json().getString("type")).isEqualTo("io.tocsin.alert.created");
        assertThat(first.json().getString("data.alert.id")).isEqualTo("da1");
        assertThat(first.json().getString("data.change")).isEqualTo("Created");
        String cursor = first.json().getString("data.cursor");
        with("Alert.Read.All")
                .get("/v1/feeds/alerts?cursor=" + cursor)
                .then()
                .statusCode(200)
                .body(containsString("da2"));
    }

    @Test
    void shouldSendOnlyWhatTheFilterLetsThroughAndIncidentsWhenTheyAreWanted() {
        // Given
        create(
                        "{\"name\":\"both\",\"kinds\":[\"Alerts\",\"Incidents\"],\"alertFilter\":\"severity eq 'Low'\",\"url\":\""
                                + partner.url() + "\"}")
                .statusCode(201);

        // When
        alert("da1", "High");
        alert("da2", "Low");
        TestDatabase.update("""
                insert into incident (incident_id, tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
                values (77, cast(? as uuid), 'n', 17700000000000000, 17700000000000000, 'Active', 'High')
                """, Tokens.TENANT);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partner.told()).containsExactly("created da2", "created 77"));
        assertThat(partner.received().getLast().json().getInt("data.incident.incidentId"))
                .isEqualTo(77);
    }

    @Test
    void shouldStayWhereItIsUntilTheTargetTakesIt() {
        // Given
        partner.answers(503);
        String id = webhook();
        Object place = TestDatabase.value("select change_xid::text || '-' || change_id from webhook");

        // When
        alert("da1");
        alert("da2");
        await().atMost(SOON).until(() -> partner.received().size() >= 3);

        // Then
        assertThat(partner.told()).containsOnly("created da1");
        assertThat(partner.received().stream()
                        .map(it -> it.header("webhook-id"))
                        .distinct())
                .hasSize(1);
        assertThat(TestDatabase.value("select change_xid::text || '-' || change_id from webhook"))
                .isEqualTo(place);
        get(id).body("lastStatus", is(503))
                .body("failingSince", notNullValue())
                .body("lastError", containsString("503"));
        partner.answers(200);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partner.firsts()).containsExactly("created da1", "created da2"));
        await().atMost(SOON)
                .untilAsserted(() -> get(id).body("failedAttempts", is(0))
                        .body("failingSince", nullValue())
                        .body("lastError", nullValue())
                        .body("lastDeliveryTime", notNullValue()));
    }

    @Test
    void shouldWaitAsLongAsTheTargetAsks() {
        // Given
        partner.answers(request -> new Answer(429, Map.of("Retry-After", "3600"), 0));
        webhook();

        // When
        alert("da1");
        await().atMost(SOON).until(() -> partner.received().size() == 1);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat((Boolean)
                                TestDatabase.value("select next_at > now() + interval '30 seconds' from webhook"))
                        .isTrue());
        assertThat(partner.received()).hasSize(1);
    }

    @Test
    void shouldSuspendWhenTheTargetIsGoneAndGoOnWhereItWasWhenResumed() {
        // Given
        partner.answers(410);
        String id = webhook();
        alert("da1");
        await().atMost(SOON)
                .untilAsserted(() -> get(id).body("state", is("Suspended")).body("reason", containsString("410")));
        assertThat(TestDatabase.column(
                        "select detail->>'reason' from audit_entry where action = 'webhook.suspend' and target = ?",
                        id))
                .hasSize(1);

        // When
        partner.answers(204);
        post(id + "/resume", "").statusCode(200).body("state", is("Active")).body("reason", nullValue());

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partner.told()).containsExactly("created da1", "created da1"));
    }

    @Test
    void shouldSuspendWhenNothingWasDeliveredForTooLong() {
        // Given
        partner.answers(500);
        String id = webhook();
        alert("da1");
        await().atMost(SOON).until(() -> !partner.received().isEmpty());

        // When
        TestDatabase.update(
                "update webhook set failing_since_ticks = failing_since_ticks - 25::bigint * 3600 * 10000000, next_at = now()");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> get(id).body("state", is("Suspended"))
                        .body("reason", containsString("24 hours"))
                        .body("reason", containsString("500")));
    }

    @Test
    void shouldPutAsideWhatTheTargetRefusesAndSendItAgainWhenAsked() {
        // Given
        partner.answers(request ->
                Answer.of(request.body().contains("\"da2\"") || request.body().contains("\"da3\"") ? 422 : 204));
        String id = webhook();

        // When
        for (String alert : List.of("da1", "da2", "da3", "da4")) {
            alert(alert);
        }

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partner.firsts())
                        .containsExactly("created da1", "created da2", "created da3", "created da4"));
        assertThat(partner.told().stream().filter("created da2"::equals)).hasSize(3);
        String letter = get(id + "/dead-letters")
                .statusCode(200)
                .body("value.subject", is(List.of("da2", "da3")))
                .body("value[0].attempts", is(3))
                .body("value[0].lastStatus", is(422))
                .body("value[0].type", is("io.tocsin.alert.created"))
                .body("more", is(false))
                .extract()
                .path("value[0].id");
        get(id).body("deadLetters", is(2)).body("state", is("Active"));

        // And when one is sent again, and then all
        int before = partner.received().size();
        post(id + "/dead-letters/" + letter + "/redeliver", "").statusCode(200).body("redelivering", is(1));
        await().atMost(SOON)
                .untilAsserted(() -> get(id + "/dead-letters")
                        .body("value", hasSize(2))
                        .body("value[0].attempts", is(4))
                        .body("value[0].redelivering", is(false)));
        assertThat(partner.received()).hasSize(before + 1);
        partner.answers(204);
        post(id + "/dead-letters/redeliver", "").statusCode(200).body("redelivering", is(2));
        await().atMost(SOON).untilAsserted(() -> get(id + "/dead-letters").body("value", empty()));
        assertThat(partner.told()).endsWith("created da2", "created da3");
        post(id + "/dead-letters/4711/redeliver", "").statusCode(404);
        post(id + "/dead-letters/x/redeliver", "").statusCode(404);
    }

    @Test
    void shouldSendSeveralAtOnceWhenTheWebhookIsForBatches() {
        // Given
        String id = idOf(webhook(partner.url(), ",\"batchSize\":3"));
        post(id + "/pause", "").statusCode(200).body("state", is("Paused"));
        for (int i = 1; i <= 5; i++) {
            alert("da" + i);
        }

        // When
        post(id + "/resume", "").statusCode(200);

        // Then
        await().atMost(SOON).until(() -> partner.received().size() == 2);
        Partner.Received first = partner.received().getFirst();
        assertThat(first.header("Content-Type")).startsWith("application/cloudevents-batch+json");
        assertThat(first.json().getList("subject")).isEqualTo(List.of("da1", "da2", "da3"));
        assertThat(partner.received().getLast().json().getList("subject")).isEqualTo(List.of("da4", "da5"));
    }

    /// It was away for longer than it may be, and is there again.
    @Test
    void shouldNotSuspendAWebhookForAnOutageBeforeItsLastDelivery() {
        // Given
        partner.answers(request -> Answer.of(request.body().contains("\"da2\"") ? 503 : 204));
        String id = idOf(webhook(partner.url(), ",\"batchSize\":4"));
        TestDatabase.update(
                "update webhook set attempts = 9, last_status = 413, failing_since_ticks = ?, next_at = now() + interval '1 hour'",
                WireTime.now().plusSeconds(-200_000).ticks());
        alert("da1");
        alert("da2");

        // When
        due();
        await().atMost(SOON).until(() -> partner.received().size() >= 2);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> assertThat((Integer) TestDatabase.value("select attempts from webhook"))
                        .isBetween(1, 8));
        get(id).body("state", is("Active"));
    }

    /// A target that takes no batch is sent one event after the other, as many as it would have had together.
    @Test
    void shouldTryABatchAgainOnlyBehindWhatWasRefusedTogether() {
        // Given
        partner.answers(request -> Answer.of(eventsOf(request) > 1 ? 413 : 204));
        String id = idOf(webhook(partner.url(), ",\"batchSize\":4"));
        post(id + "/pause", "").statusCode(200);
        for (int i = 1; i <= 8; i++) {
            alert("da" + i);
        }

        // When
        post(id + "/resume", "").statusCode(200);

        // Then
        await().atMost(SOON).until(() -> partner.received().size() == 10);
        assertThat(partner.received().stream().map(DeliverToWebhooksTest::eventsOf))
                .containsExactly(4, 1, 1, 1, 1, 4, 1, 1, 1, 1);
    }

    private static int eventsOf(Partner.Received request) {
        return request.body().startsWith("[")
                ? request.json().getList("subject").size()
                : 1;
    }

    @Test
    void shouldSendNothingWhileItIsPaused() {
        String id = webhook();
        post(id + "/pause", "").statusCode(200);
        alert("da1");

        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> partner.received().isEmpty());
        post(id + "/pause", "").statusCode(403).body("error.code", is("DisallowedOperation"));
    }

    @Test
    void shouldHoldUpNobodyElseWhenATargetHangs() {
        try (var hanging = new Partner()) {
            // Given
            hanging.hangs();
            for (int i = 0; i < 6; i++) {
                webhook(hanging.url(), "");
            }
            webhook();

            // When
            alert("da1");

            // Then
            await().atMost(SOON).untilAsserted(() -> assertThat(partner.told()).containsExactly("created da1"));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(TestDatabase.value(
                                    "select count(*) from webhook where last_error like 'no answer within%'"))
                            .isEqualTo(6L));
        }
    }

    @Test
    void shouldGoBackAndAheadWhenItIsReplayed() {
        // Given
        String id = webhook();
        alert("da1");
        alert("da2");
        await().atMost(SOON).until(() -> partner.received().size() == 2);
        String afterFirst = partner.received().getFirst().json().getString("data.cursor");

        // When, then
        post(id + "/replay", "{\"cursor\":\"" + afterFirst + "\"}").statusCode(200);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(partner.told()).containsExactly("created da1", "created da2", "created da2"));
        post(id + "/replay", "{\"from\":\"beginning\"}").statusCode(200);
        await().atMost(SOON).until(() -> partner.received().size() == 5);
        post(id + "/replay", "{\"from\":\"" + Instant.now().minusSeconds(600) + "\"}")
                .statusCode(200);
        await().atMost(SOON).until(() -> partner.received().size() == 7);
        assertThat(partner.received().stream()
                        .map(it -> it.json().getString("id"))
                        .distinct())
                .hasSize(2);

        post(id + "/pause", "").statusCode(200);
        alert("da3");
        post(id + "/replay", "{\"from\":\"now\"}").statusCode(200);
        post(id + "/resume", "").statusCode(200);
        alert("da4");
        await().atMost(SOON).untilAsserted(() -> assertThat(partner.told()).endsWith("created da2", "created da4"));
        assertThat(partner.told()).doesNotContain("created da3");
    }

    @Test
    void shouldSendTheFirstAlertAfterAMonthInWhichNothingHappened() {
        // Given
        String id = webhook();
        TestDatabase.update("update webhook set place_ticks = place_ticks - 31::bigint * 86400 * 10000000");
        post(id + "/pause", "").statusCode(200);
        post(id + "/resume", "").statusCode(200);

        // When
        alert("da1");

        // Then
        await().atMost(SOON).untilAsserted(() -> assertThat(partner.told()).containsExactly("created da1"));
        get(id).body("state", is("Active"));
    }

    @Test
    void shouldNeitherResumeNorGoOnWhenWhatCameMeanwhileIsNotKept() {
        // Given
        String id = webhook();
        alert("da0");
        await().atMost(SOON).until(() -> partner.received().size() == 1);
        post(id + "/pause", "").statusCode(200);
        alert("da1");
        TestDatabase.update("update feed_change set changed_ticks = changed_ticks - 31::bigint * 86400 * 10000000");
        String expired = with("Alert.Read.All")
                .get("/v1/feeds/alerts")
                .asString()
                .lines()
                .map(JsonPath::from)
                .filter(line -> "da0".equals(line.getString("alert.id")))
                .map(line -> line.getString("cursor"))
                .findFirst()
                .orElseThrow();
        // When
        await().atMost(SOON).until(() -> {
            TestDatabase.update(
                    "update scheduled_tasks_alert set execution_time = now() where task_name = 'prune-feed' and not picked");
            return TestDatabase.count("feed_change") == 0;
        });

        // Then
        post(id + "/resume", "").statusCode(410).body("error.code", is("CursorExpired"));
        post(id + "/replay", "{\"cursor\":\"" + expired + "\"}")
                .statusCode(410)
                .body("error.code", is("CursorExpired"));
        alert("da2");
        TestDatabase.update("update webhook set state = 'Active'");
        await().atMost(SOON)
                .untilAsserted(
                        () -> get(id).body("state", is("Suspended")).body("reason", containsString("not all kept")));
        post(id + "/replay", "{\"from\":\"beginning\"}").statusCode(200);
        post(id + "/resume", "").statusCode(200).body("state", is("Active"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partner.told()).containsExactly("created da0", "created da2"));
    }

    @Test
    void shouldSignWithTheNewSecretAtOnceWhenItIsRotatedWhileAlertsAreSent() {
        // Given
        String id = webhook();
        post(id + "/pause", "").statusCode(200);
        for (int i = 1; i <= 3; i++) {
            alert("da" + i);
        }
        var secret = new AtomicReference<String>();
        partner.answers(request -> {
            if (secret.get() == null) {
                secret.set(
                        post(id + "/secret", "{\"overlapHours\":0}").extract().path("secret"));
            }
            return Answer.of(204);
        });

        // When
        post(id + "/resume", "").statusCode(200);

        // Then
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(partner.firsts()).containsExactly("created da1", "created da2", "created da3"));
        assertThat(partner.received().stream().skip(1)).allMatch(it -> it.isSignedWith(secret.get()));
    }

    @Test
    void shouldPutNothingAsideWhenOnlyTheLastOfThreeFailuresWasARefusal() {
        // Given
        var statuses = new ConcurrentLinkedQueue<>(List.of(503, 503, 400));
        partner.answers(request -> Answer.of(statuses.isEmpty() ? 204 : statuses.poll()));
        String id = webhook();

        // When
        alert("da1");

        // Then
        await().atMost(SOON).untilAsserted(() -> get(id).body("lastStatus", is(204)));
        get(id).body("deadLetters", is(0)).body("failedAttempts", is(0));
        assertThat(partner.told()).hasSize(4).containsOnly("created da1");
    }

    @Test
    void shouldWaitAndSaySoWhenTheFaultIsOurs() {
        // Given
        String id = webhook();
        TestDatabase.update("update webhook set alert_filter = 'colour eq 1'");

        // When
        alert("da1");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> get(id).body("lastError", is("internal error"))
                        .body("lastStatus", nullValue())
                        .body("state", is("Active"))
                        .body("failingSince", notNullValue()));
        with("Webhook.ReadWrite.All")
                .body("{\"alertFilter\":\"\"}")
                .patch("/v1/webhooks/" + id)
                .then()
                .statusCode(200);
        await().atMost(SOON).untilAsserted(() -> assertThat(partner.told()).containsExactly("created da1"));
    }

    @Test
    void shouldForgetNoDeadLetterThatIsWantedWhileAnotherIsSettled() throws SQLException {
        // Given
        partner.answers(422);
        String id = webhook();
        alert("da1");
        alert("da2");
        await().atMost(SOON).untilAsserted(() -> get(id).body("deadLetters", is(2)));
        List<String> letters = get(id + "/dead-letters").extract().path("value.id");
        try (Connection wanting = TestDatabase.open()) { // as somebody who asks for the other, and has not ended
            wanting.setAutoCommit(false);
            var asked = new AtomicBoolean();
            partner.answers(request -> {
                if (asked.compareAndSet(false, true)) {
                    want(wanting, letters.getLast());
                    return Answer.of(422);
                }
                return Answer.of(204);
            });

            // When
            post(id + "/dead-letters/" + letters.getFirst() + "/redeliver", "").statusCode(200);
            await().atMost(SOON)
                    .until(() -> TestDatabase.count("pg_locks where locktype = 'transactionid' and not granted") > 0);
            wanting.commit();
        }

        // Then
        await().atMost(SOON).untilAsserted(() -> get(id + "/dead-letters").body("value.subject", is(List.of("da1"))));
        assertThat(partner.told()).endsWith("created da2");
    }

    private static void want(Connection connection, String letter) {
        try (var statement = connection.createStatement()) {
            statement.execute("update webhook_dead_letter set wanted = true where id = " + letter);
            statement.execute("update webhook set redelivers = true");
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void shouldSendFewerAtOnceWhenTheyAreLarge() {
        // Given
        String id = idOf(webhook(partner.url(), ",\"batchSize\":100"));
        post(id + "/pause", "").statusCode(200);
        for (int i = 1; i <= 5; i++) {
            alert("da" + i);
        }
        TestDatabase.update("update alert set description = repeat('x', 400000)");
        TestDatabase.update("delete from feed_change where kind = 'Updated'");

        // When
        post(id + "/resume", "").statusCode(200);

        // Then
        await().atMost(SOON).until(() -> partner.received().size() == 3);
        assertThat(partner.received().stream()
                        .map(it -> it.json().getList("subject"))
                        .toList())
                .isEqualTo(List.of(List.of("da1", "da2"), List.of("da3", "da4"), List.of("da5")));
    }

    /// What one look holds is bounded by the alerts' evidence.
    @Test
    void shouldSendEachOnceInOrderWhenALookHoldsFewOfThem() {
        // Given
        String id = idOf(webhook(partner.url(), ",\"batchSize\":100"));
        post(id + "/pause", "").statusCode(200);
        for (int i = 10; i <= 30; i++) {
            alert("da" + i);
            TestDatabase.update("""
                    insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, process_command_line)
                    values (cast(? as uuid), ?, 0, 'Process', 0, repeat('x', 120000))
                    """, Tokens.TENANT, "da" + i);
        }
        TestDatabase.update("delete from feed_change where kind = 'Updated'");

        // When
        post(id + "/resume", "").statusCode(200);

        // Then
        await().atMost(SOON)
                .until(() -> partner.received().stream()
                                .mapToInt(it -> it.json().getList("subject").size())
                                .sum()
                        >= 21);
        assertThat(partner.received().stream()
                        .flatMap(it -> it.json().<String>getList("subject").stream())
                        .toList())
                .isEqualTo(IntStream.rangeClosed(10, 30).mapToObj(i -> "da" + i).toList());
        assertThat(partner.received())
                .allSatisfy(it -> assertThat(it.json().getList("subject")).hasSizeLessThanOrEqualTo(4));
    }

    @Test
    void shouldSignWithBothSecretsUntilTheOverlapIsOver() {
        // Given
        var created = webhook(partner.url(), "");
        String id = idOf(created);
        String first = created.extract().path("secret");

        // When
        String second = post(id + "/secret", "")
                .statusCode(200)
                .body("previousSecretUntil", notNullValue())
                .extract()
                .path("secret");

        // Then
        assertThat(second).startsWith("whsec_").isNotEqualTo(first);
        alert("da1");
        await().atMost(SOON).until(() -> partner.received().size() == 1);
        assertThat(partner.received().getFirst().isSignedWith(first)).isTrue();
        assertThat(partner.received().getFirst().isSignedWith(second)).isTrue();
        TestDatabase.update("update webhook set previous_until_ticks = 1");
        alert("da2");
        await().atMost(SOON).until(() -> partner.received().size() == 2);
        assertThat(partner.received().getLast().isSignedWith(first)).isFalse();
        assertThat(partner.received().getLast().isSignedWith(second)).isTrue();
        String leaked = post(id + "/secret", "{\"overlapHours\":0}")
                .statusCode(200)
                .extract()
                .path("secret");
        alert("da3");
        await().atMost(SOON).until(() -> partner.received().size() == 3);
        assertThat(partner.received().getLast().isSignedWith(leaked)).isTrue();
        assertThat(partner.received().getLast().isSignedWith(second)).isFalse();
    }

    @Test
    void shouldFollowNoRedirectAndReadNoEndlessAnswer() {
        try (var elsewhere = new Partner()) {
            // Given
            partner.answers(request -> new Answer(307, Map.of("Location", elsewhere.url()), 0));
            String id = webhook();

            // When
            alert("da1");
            await().atMost(SOON).until(() -> partner.received().size() >= 2);

            // Then
            assertThat(elsewhere.received()).isEmpty();
            partner.answers(request -> new Answer(200, Map.of(), 5_000_000));
            await().atMost(SOON)
                    .untilAsserted(() -> get(id).body("lastStatus", is(200)).body("failedAttempts", is(0)));
        }
    }

    @Test
    void shouldTakeOverWhenWhoeverSentHasDied() {
        // Given
        String id = webhook();
        TestDatabase.update(
                "update webhook set claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 hour'");
        alert("da1");
        await().during(Duration.ofMillis(700))
                .atMost(SOON)
                .until(() -> partner.received().isEmpty());

        // When
        TestDatabase.update("update webhook set claimed_until = now()");

        // Then
        await().atMost(SOON).untilAsserted(() -> assertThat(partner.told()).containsExactly("created da1"));
        get(id).body("state", is("Active"));
    }

    @Test
    void shouldNotSkipAChangeThatIsCommittedBehindALaterOne() throws SQLException {
        // Given
        webhook();
        try (Connection late = TestDatabase.open()) {
            late.setAutoCommit(false);
            try (var insert = late.prepareStatement("""
                    insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                        alert_creation_ticks, last_update_ticks, correlated)
                    values ('late', cast(? as uuid), 'hook', 'late', 'High', 'New', 't', '', 1, 1, true)
                    """)) {
                insert.setString(1, Tokens.TENANT);
                insert.executeUpdate();
            }

            // When
            alert("early");

            // Then
            await().during(Duration.ofMillis(700))
                    .atMost(SOON)
                    .until(() -> partner.received().isEmpty());
            late.commit();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partner.told()).containsExactly("created late", "created early"));
    }

    @Test
    void shouldSayHowATestWent() {
        String id = webhook();
        post(id + "/test", "")
                .statusCode(200)
                .body("delivered", is(true))
                .body("status", is(204))
                .body("error", nullValue());
        assertThat(partner.received().getFirst().json().getString("type")).isEqualTo("io.tocsin.webhook.ping");
        partner.answers(500);
        post(id + "/test", "").statusCode(200).body("delivered", is(false)).body("status", is(500));
        partner.close();
        post(id + "/test", "")
                .statusCode(200)
                .body("delivered", is(false))
                .body("status", nullValue())
                .body("error", is("no connection"));
        get(id).body("failedAttempts", is(0));
    }
}
