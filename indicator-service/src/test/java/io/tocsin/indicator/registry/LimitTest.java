package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A tenant that holds as many indicators as it may; here that is `%test.tocsin.indicators.limit`.
@QuarkusTest
class LimitTest extends ApiTest {

    private static final int LIMIT = 20_000;

    /// As many, but for this many. What other tenants hold counts for nothing.
    private static void fill(int left) {
        TestDatabase.update("""
                insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,
                    title, description, creation_ticks, last_update_ticks)
                select t.id, v.value, 'DomainName', v.value, 'Block', 'test', 'Low', 't', 'd', 1, 1
                from (values ('%s'::uuid, %d), ('00000000-0000-4000-8000-00000000000f', 30000)) as t (id, many),
                    lateral (select 'd' || n || '.example' as value from generate_series(1, t.many) n) v
                """.formatted(Tokens.TENANT, LIMIT - left));
    }

    @BeforeEach
    void seeThatAnotherTenantTakesNoRoom() {
        fill(2);
    }

    @Test
    void shouldTakeAsManyAsThereIsRoomForAndThenRefuse() {
        // When
        create("203.0.113.1").statusCode(200);
        create("203.0.113.2").statusCode(200);

        // Then
        create("203.0.113.3")
                .statusCode(400)
                .body("error.code", is("InvalidInput"))
                .body("error.message", containsString("holds the most indicators allowed"));
        create("203.0.113.2").statusCode(200); // it is there
        assertThat(held()).isEqualTo((long) LIMIT);
    }

    @Test
    void shouldTakeAnotherWhenOneIsGone() {
        // Given
        String first = create("203.0.113.1").statusCode(200).extract().path("id");
        create("203.0.113.2").statusCode(200);
        create("203.0.113.3").statusCode(400);

        // When
        with("Ti.ReadWrite.All").delete("/api/indicators/" + first).then().statusCode(204);

        // Then
        create("203.0.113.3").statusCode(200);
        create("203.0.113.4").statusCode(400);
    }

    @Test
    void shouldRefuseThoseOfABatchThatDoNotFitInAndSayWhich() {
        // Given
        String batch = "{\"Indicators\":[" + json("203.0.113.1", "IpAddress", "Block") + ","
                + json("203.0.113.2", "IpAddress", "Block") + "," + json("203.0.113.3", "IpAddress", "Block") + "]}";

        // When
        var answer = with("Ti.ReadWrite.All")
                .body(batch)
                .post("/api/indicators/import")
                .then();

        // Then
        answer.statusCode(200)
                .body("value[0].isFailed", is(false))
                .body("value[1].isFailed", is(false))
                .body("value[2].isFailed", is(true))
                .body("value[2].failureReason", containsString("the most indicators allowed"));
        assertThat(held()).isEqualTo((long) LIMIT);
    }

    private static ValidatableResponse create(String address) {
        return submit(json(address, "IpAddress", "Block"));
    }

    private static Object held() {
        return TestDatabase.value("select count(*) from indicator where tenant_id = '" + Tokens.TENANT + "'");
    }
}
