package io.tocsin.alert.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ManageWebhooksTest extends WebhookTest {

    @Test
    void shouldShowItsSecretOnceAndKeepItSealed() {
        var created =
                webhook(partner.url(), "").body("secret", startsWith("whsec_")).body("state", is("Active"));
        String id = idOf(created);
        String secret = created.extract().path("secret");

        get(id).statusCode(200).body("secret", nullValue()).body("url", is(partner.url()));
        get("").statusCode(200).body("value", hasSize(1)).body("value[0].secret", nullValue());
        byte[] stored = (byte[]) TestDatabase.value("select secret from webhook");
        byte[] plain = java.util.Base64.getDecoder().decode(secret.substring(6));
        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .doesNotContain(new String(plain, StandardCharsets.ISO_8859_1));
        assertThat(TestDatabase.column("select detail::text from audit_entry where target = ?", id))
                .singleElement()
                .asString()
                .doesNotContain(secret)
                .doesNotContain("a=b")
                .contains("/hook");
    }

    @Test
    void shouldChangeWhatIsNamedAndNothingElse() {
        String id = idOf(webhook(partner.url(), ",\"alertFilter\":\"severity eq 'High'\""));

        change(id, "{\"name\":\"n2\",\"batchSize\":7}")
                .statusCode(200)
                .body("name", is("n2"))
                .body("batchSize", is(7))
                .body("alertFilter", is("severity eq 'High'"));
        change(id, "{\"alertFilter\":\"\",\"kinds\":[\"incidents\"]}")
                .statusCode(200)
                .body("alertFilter", nullValue())
                .body("kinds[0]", is("Incidents"));
        change(id, "{}").statusCode(400);
        change(id, "{\"name\":\" \"}").statusCode(400);
        change(id, "{\"url\":\"https://10.0.0.7/x\"}").statusCode(400);
        assertThat(TestDatabase.column("select action from audit_entry where target = ? order by id", id))
                .containsExactly("webhook.create", "webhook.update", "webhook.update");
        with("Webhook.ReadWrite.All").delete("/v1/webhooks/" + id).then().statusCode(204);
        get(id).statusCode(404).body("error.code", is("ResourceNotFound"));
        get("no-uuid").statusCode(404);
        get(UUID.randomUUID().toString()).statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://partner.example/x",
                "https:///x",
                "https://user:secret@partner.example/x",
                "https://partner.example/x#y",
                "partner.example",
                "https://partner.example:0/",
                "https://10.1.2.3/",
                "https://192.168.1.1:8443/hook",
                "https://172.31.255.255/",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/",
                "https://0.0.0.0/",
                "https://[::1]/",
                "https://[fe80::1]/",
                "https://[fd00::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[64:ff9b::a00:1]/",
                "https://[2002:a00:1::]/"
            })
    void shouldRefuseATargetThatIsNoneOrNotPublic(String url) {
        create("{\"name\":\"n\",\"kinds\":[\"Alerts\"],\"url\":\"" + url + "\"}")
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString("url"));
        assertThat(TestDatabase.count("webhook")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localtest.invalid", "localhost6.invalid"})
    void shouldNotSendWhereANameLeadsNowhere(String host) {
        String id = idOf(webhook("https://" + host + "/hook", ""));

        post(id + "/test", "").statusCode(200).body("delivered", is(false)).body("error", containsString("not known"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kinds':['Alerts'],'url':'https://p.example/'}",
                "{'name':'n','url':'https://p.example/'}",
                "{'name':'n','kinds':[],'url':'https://p.example/'}",
                "{'name':'n','kinds':['Machines'],'url':'https://p.example/'}",
                "{'name':'n','kinds':['Alerts'],'url':'https://p.example/','batchSize':101}",
                "{'name':'n','kinds':['Alerts'],'url':'https://p.example/','batchSize':0}",
                "{'name':'n','kinds':['Alerts'],'url':'https://p.example/','from':'yesterday'}",
                "{'name':'n','kinds':['Alerts'],'url':'https://p.example/','alertFilter':'colour eq 1'}"
            })
    void shouldRefuseWhatIsNoWebhook(String body) {
        create(body.replace('\'', '"')).statusCode(400);
        assertThat(TestDatabase.count("webhook")).isZero();
    }

    @Test
    void shouldRefuseAReplayToNowhere() {
        String id = webhook();

        post(id + "/replay", "{}").statusCode(400);
        post(id + "/replay", "{\"from\":\"now\",\"cursor\":\"x\"}").statusCode(400);
        post(id + "/replay", "{\"cursor\":\"AAAA\"}").statusCode(400).body("error.code", is("InvalidCursor"));
        post(id + "/replay", "{\"from\":\"soon\"}").statusCode(400);
        post(id + "/secret", "{\"overlapHours\":1000}").statusCode(400);
    }

    @Test
    void shouldShowWebhooksToNoPersonWhoseDevicesMayBeFew() {
        String id = webhook();

        for (String path : List.of("", "/" + id, "/" + id + "/dead-letters")) {
            RestAssured.given()
                    .header("Authorization", "Bearer " + Tokens.user("eve@corp.example", "Webhook.Read"))
                    .get("/v1/webhooks" + path)
                    .then()
                    .statusCode(403);
        }
    }

    @Test
    void shouldHaveNoMoreWebhooksThanATenantMay() {
        webhook();
        TestDatabase.update("""
                insert into webhook (tenant_id, id, name, url, kinds, batch_size, state, secret, change_xid, change_id, place_ticks,
                    created_by, created_ticks, last_updated_by, last_update_ticks)
                select tenant_id, gen_random_uuid(), name, url, kinds, batch_size, 'Paused', secret, change_xid, change_id, place_ticks,
                    created_by, created_ticks, last_updated_by, last_update_ticks
                from webhook, generate_series(2, 400)
                """);

        create("{\"name\":\"n\",\"kinds\":[\"Alerts\"],\"url\":\"" + partner.url() + "\"}")
                .statusCode(400)
                .body("error.message", containsString("400"));
    }

    private static io.restassured.response.ValidatableResponse change(String id, String body) {
        return with("Webhook.ReadWrite.All")
                .body(body)
                .patch("/v1/webhooks/" + id)
                .then();
    }
}
