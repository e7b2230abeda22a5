package io.tocsin.alert.webhook;

import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/// What the tests of webhooks have in common: a partner, webhooks by the API, alerts by SQL.
abstract class WebhookTest extends ApiTest {

    static final Duration SOON = Duration.ofSeconds(20);

    final Partner partner = new Partner();

    @AfterEach
    void closePartner() {
        partner.close();
    }

    static ValidatableResponse create(String body) {
        return with("Webhook.ReadWrite.All").body(body).post("/v1/webhooks").then();
    }

    /// A webhook for alerts; its answer.
    static ValidatableResponse webhook(String url, String more) {
        return create("{\"name\":\"SOAR\",\"kinds\":[\"Alerts\"],\"url\":\"" + url + "\"" + more + "}")
                .statusCode(201);
    }

    static String idOf(ValidatableResponse webhook) {
        return webhook.extract().path("id");
    }

    String webhook() {
        return idOf(webhook(partner.url(), ""));
    }

    static ValidatableResponse post(String path, String body) {
        return with("Webhook.ReadWrite.All")
                .body(body)
                .post("/v1/webhooks/" + path)
                .then();
    }

    static ValidatableResponse get(String path) {
        return with("Webhook.Read.All").get("/v1/webhooks/" + path).then();
    }

    static void alert(String id) {
        alert(id, "High");
    }

    static void alert(String id, String severity) {
        TestDatabase.update("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, last_update_ticks, correlated)
                values (?, cast(? as uuid), 'hook', ?, ?, 'New', 't', '', 17700000000000000, 17700000000000000, true)
                """, id, Tokens.TENANT, id, severity);
    }

    /// A webhook whose next attempt is due at once.
    static void due() {
        TestDatabase.update("update webhook set next_at = now()");
    }
}
