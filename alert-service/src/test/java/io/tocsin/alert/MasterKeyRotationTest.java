package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.TestMasterKeys;
import io.tocsin.testkit.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The steps of docs/keys.md on a running service, which is not restarted for any of them.
@QuarkusTest
class MasterKeyRotationTest extends ApiTest {

    /// The folder is looked at every ten seconds, the job runs every second.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String WRAPPED_BY =
            "select distinct master_key from data_key where service = 'alert-service' and tenant_id = cast(? as uuid)";

    private final Path folder = TestMasterKeys.folder();
    private final String fresh = "k" + UUID.randomUUID();

    @BeforeEach
    void useAKeyOfItsOwn() {
        TestMasterKeys.add(folder, fresh);
    }

    @AfterEach
    void goBackToTheFirst() {
        TestMasterKeys.use(folder, "first");
    }

    @Test
    void shouldGoOnAnsweringWhileItsMasterKeyIsReplaced() {
        // Given
        Response first = submit("key-1", "a-1");
        first.then().statusCode(201);
        rested();

        // When
        TestMasterKeys.use(folder, fresh);

        // Then
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(TestDatabase.column(WRAPPED_BY, Tokens.TENANT))
                        .containsExactly(fresh));
        submit("key-1", "a-1").then().statusCode(201).header("Idempotency-Replayed", is("true"));
        assertThat(TestDatabase.column(
                        "select detail->>'after' from audit_entry where action = 'data-key.rewrap' and tenant_id = cast(? as uuid)"
                                + " order by id desc limit 1",
                        Tokens.TENANT))
                .containsExactly(fresh);
    }

    /// Wrapping takes place once the rest of ten minutes is over: time is moved by data.
    private static void rested() {
        TestDatabase.update("update data_key set wrapped_at = now() - interval '11 minutes'");
    }

    private static Response submit(String key, String reference) {
        return with("Alert.ReadWrite.All")
                .header("Idempotency-Key", key)
                .body("{\"source\":\"suricata-edge\",\"sourceRef\":\"" + reference
                        + "\",\"title\":\"Beacon\",\"severity\":\"High\"}")
                .post("/v1/alerts");
    }
}
