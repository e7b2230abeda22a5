package io.tocsin.alert.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PruneAlertsTest extends ApiTest {

    private static final String DAYS = "(extract(epoch from now()) * 10000000)::bigint - 864000000000 * ";

    @Test
    void shouldForgetOldAlertsWithAllTheyHoldAndIncidentsThatAreEmptyThen() {
        // Given: two incidents of their own, one with an old alert alone, one with an old and a young one
        String old = submit("old", "198.51.100.1");
        String oldOfYoung = submit("old-of-young", "198.51.100.2");
        String young = submit("young", "198.51.100.2");
        with("Alert.ReadWrite.All")
                .body("{\"comment\":\"seen\"}")
                .patch("/api/alerts/" + old)
                .then()
                .statusCode(200);
        await().untilAsserted(() ->
                assertThat(TestDatabase.count("alert where not correlated")).isZero());
        List<Object> incidents = TestDatabase.column(
                "select distinct incident_id from alert where id in (?, ?) order by 1", old, oldOfYoung);
        assertThat(incidents).hasSize(2);
        age("alert", "id in ('" + old + "', '" + oldOfYoung + "')", 181);
        age("incident", "true", 181);
        long empty = redirectedTo(incidents.get(1));

        // When
        prune();

        // Then
        await().untilAsserted(() ->
                assertThat(TestDatabase.column("select id from alert")).containsExactly(young));
        await().untilAsserted(() -> assertThat(TestDatabase.column("select incident_id from incident"))
                .containsExactly(incidents.get(1)));
        assertThat(TestDatabase.column("select distinct alert_id from alert_evidence"))
                .containsExactly(young);
        assertThat(TestDatabase.count("alert_comment")).isZero();
        assertThat(TestDatabase.count("alert_link_spot where incident_id <> " + incidents.get(1)))
                .isZero();
        assertThat(TestDatabase.count("incident where incident_id = " + empty)).isZero();
        with("Alert.Read.All").get("/api/alerts/" + old).then().statusCode(404);
        with("Alert.Read.All").get("/api/alerts/" + young).then().statusCode(200);
    }

    @Test
    void shouldTakeWhatASourceSendsAgainLaterForANewAlert() {
        // Given
        String old = submit("same", "198.51.100.3");
        await().untilAsserted(() ->
                assertThat(TestDatabase.count("alert where not correlated")).isZero());
        age("alert", "true", 181);
        age("incident", "true", 181);
        prune();
        await().untilAsserted(() -> assertThat(TestDatabase.count("incident")).isZero());

        // When
        String again = submit("same", "198.51.100.3");

        // Then
        assertThat(again).isNotEqualTo(old);
        with("Alert.Read.All").get("/api/alerts/$count").then().body(is("1"));
    }

    @Test
    void shouldKeepWhatIsYoungerThanTheRetentionAndWhatWasTouchedSince() {
        // Given
        String young = submit("a", "198.51.100.4");
        String touched = submit("b", "198.51.100.5");
        await().untilAsserted(() ->
                assertThat(TestDatabase.count("alert where not correlated")).isZero());
        age("alert", "id = '" + young + "'", 179);
        TestDatabase.update("update alert set alert_creation_ticks = " + DAYS + 400 + ", first_event_ticks = " + DAYS
                + 400 + " where id = '" + touched + "'");
        String control = submit("control", "198.51.100.6");
        await().untilAsserted(() ->
                assertThat(TestDatabase.count("alert where not correlated")).isZero());
        age("alert", "id = '" + control + "'", 181);

        // When
        prune();

        // Then
        await().untilAsserted(() ->
                assertThat(TestDatabase.column("select id from alert")).containsExactlyInAnyOrder(young, touched));
    }

    private static String submit(String reference, String address) {
        return with("Alert.ReadWrite.All")
                .body("{\"source\":\"edr\",\"sourceRef\":\"" + reference
                        + "\",\"title\":\"t\",\"severity\":\"Low\",\"evidence\":[{\"entityType\":\"Ip\",\"ipAddress\":\""
                        + address
                        + "\"}]}")
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private static void age(String table, String which, int days) {
        TestDatabase.update("update " + table + " set last_update_ticks = " + DAYS + days + " where " + which);
    }

    /// An incident that was merged long ago.
    private static long redirectedTo(Object incident) {
        return ((Number) TestDatabase.value(
                        "insert into incident (tenant_id, redirect_incident_id, incident_name, created_ticks, last_update_ticks,"
                                + " status, severity) select tenant_id, incident_id, 'n', 0, 0, 'Redirected', 'Low' from incident"
                                + " where incident_id = ? returning incident_id",
                        incident))
                .longValue();
    }

    private static void prune() {
        TestDatabase.update(
                "update scheduled_tasks_alert set execution_time = now() where task_name = 'alert-retention' and not picked");
    }
}
