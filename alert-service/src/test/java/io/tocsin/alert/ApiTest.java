package io.tocsin.alert;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tocsin.alert.kafka.KafkaBroker;
import io.tocsin.testkit.OpenApiCheck;
import io.tocsin.testkit.PlatformResource;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;

/// One start of the service, with a real PostgreSQL, for every API test of this module.
@WithTestResource(value = PlatformResource.class, initArgs = @ResourceArg(name = "service", value = "alert-service"))
@WithTestResource(IndicatorPeer.class)
@WithTestResource(ResponsePeer.class)
@WithTestResource(KafkaBroker.class)
public abstract class ApiTest {

    /// A machine that telemetry of [#sighted] speaks of.
    protected static final String MACHINE = "6".repeat(40);

    static {
        OpenApiCheck.install();
    }

    @BeforeEach
    void emptyTables() {
        IndicatorPeer.blocks("");
        TestDatabase.clean();
    }

    protected static RequestSpecification with(String... permissions) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .contentType("application/json")
                .header("Authorization", "Bearer " + Tokens.application(permissions));
    }

    protected static ValidatableResponse events(String lines) {
        return events(lines.getBytes(StandardCharsets.UTF_8));
    }

    protected static ValidatableResponse events(byte[] lines) {
        return with("Event.Write")
                .contentType("application/octet-stream")
                .body(lines)
                .post("/v1/events")
                .then();
    }

    /// A connection of upd.exe (7312) on ws6 to an address, as the real service streams it.
    protected static String connection(String address, String time, int reportId) {
        return """
                {"time":"2026-02-03T09:15:31Z","tenantId":"x","category":"AdvancedHunting-DeviceNetworkEvents","properties":{"Timestamp":"%s","DeviceId":"%s","DeviceName":"WS6.corp.example","ActionType":"ConnectionSuccess","RemoteIP":"%s","RemotePort":443,"RemoteUrl":null,"LocalIP":"10.20.4.14","LocalPort":50122,"Protocol":"Tcp","InitiatingProcessFileName":"upd.exe","InitiatingProcessId":7312,"InitiatingProcessCreationTime":"2026-02-03T09:10:00.5Z","InitiatingProcessSHA1":"2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e","ReportId":%d,"AdditionalFields":null}}""".formatted(time, MACHINE, address, reportId).strip();
    }

    /// Makes [#MACHINE] known.
    protected static void sighted() {
        events(connection("203.0.113.5", "2026-02-03T09:15:27.1043382Z", 48213)).statusCode(200);
    }

    protected static byte[] gzip(String text) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}
