package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.e2e.LocalPlatform.Memory;
import io.tocsin.e2e.fuzz.RequestFuzz;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One platform for all of these, since its start is the dear part; the demo goes first, on a platform that is empty.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholePlatformE2E {

    private static final List<String> SERVICES = List.of("alert-service", "indicator-service", "response-service");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path run;

    private static LocalPlatform platform;

    @BeforeAll
    static void start() {
        platform = LocalPlatform.start(run);
    }

    @AfterAll
    static void stop() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    @Order(1)
    void shouldHoldEveryStepWhenTheDemoIsPlayed() {
        LocalPlatform.Outcome demo = platform.demo();

        assertThat(demo.code()).as(demo.output()).isZero();
    }

    @Test
    @Order(2)
    void shouldHoldEveryStepWhenTheDemoPlaysTheRecordedAttack() {
        Path recording = platform.root().resolve("../shared/data/telemetry/covenant_psremoting_command.zip");
        Assumptions.assumeTrue(Files.exists(recording), "the recorded attacks are not on this machine");

        LocalPlatform.Outcome demo =
                platform.demo("--data", recording.normalize().toString());

        assertThat(demo.code()).as(demo.output()).isZero();
    }

    @Test
    @Order(3)
    void shouldRefuseWithTheEnvelopeWhenTheReaderChangesSomething() {
        Partner reader = Partner.of(platform, "READER_");

        assertThat(reader.get("/api/alerts").status()).isEqualTo(200);
        for (Partner.Answer refused : List.of(
                reader.post("/v1/alerts", Partner.alert("e2e", "1", "t")),
                reader.post("/api/indicators", Partner.indicator("203.0.113.200")),
                reader.post("/api/machines/" + "0".repeat(40) + "/isolate", Map.of("Comment", "x")))) {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().at("/error/code").asText()).isEqualTo("Forbidden");
            assertThat(refused.json().at("/error/target").asText()).isNotBlank();
        }
    }

    @Test
    @Order(4)
    void shouldShowAndChangeNothingWhenAnotherTenantUsesOurIds() {
        // Given
        Partner ours = Partner.of(platform, "");
        Partner theirs = Partner.of(platform, "OTHER_");
        String reference = UUID.randomUUID().toString();
        String alert = ours.post("/v1/alerts", Partner.alert("e2e", reference, "ours"))
                .json()
                .get("id")
                .asText();
        String indicator = ours.post("/api/indicators", Partner.indicator("203.0.113.201"))
                .json()
                .get("id")
                .asText();
        JsonNode machines = ours.get("/api/machines").json().get("value");
        assertThat(machines).isNotEmpty();
        String machine = machines.get(0).get("id").asText();

        // When
        List<Partner.Answer> answers = List.of(
                theirs.get("/api/alerts/" + alert),
                theirs.patch("/api/alerts/" + alert, Map.of("status", "Resolved")),
                theirs.delete("/api/indicators/" + indicator),
                theirs.get("/api/machines/" + machine),
                theirs.post("/api/machines/" + machine + "/isolate", Map.of("Comment", "x")));

        // Then
        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.body()).isEqualTo(404));
        assertThat(ours.get("/api/alerts/" + alert).json().get("status").asText())
                .isEqualTo("New");
        assertThat(theirs.get("/api/machines").json().get("value")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway", "alert-service", "indicator-service", "response-service"})
    @Order(5)
    void shouldEndAtTheSameRouteWhenAClientSpellsItsOwnWay(String door) {
        String url = door.equals("gateway") ? platform.client("TOCSIN_URL") : platform.urlOf(door);
        Partner partner = Partner.of(platform, "").at(url);
        String machine =
                partner.get("/api/machines?$top=1").json().at("/value/0/id").asText();
        String name = partner.get("/api/machines/" + machine)
                .json()
                .get("computerDnsName")
                .asText();

        assertThat(List.of(
                        "/api/v1.0/machines",
                        "/API/V1.0/Machines/",
                        "//api//machines",
                        "/api/Machines/" + machine + "/",
                        "/api/MACHINES/" + machine.toUpperCase(Locale.ROOT),
                        "/api/machines/" + name,
                        "/api/machineActions",
                        "/api/MachineActions/?%24top=1",
                        "/api/Indicators/",
                        "/api/v1.0/INDICATORS?$Top=1",
                        "/API/alerts/",
                        "/Api/V1.0/Alerts?%24FILTER=severity+eq+'high'",
                        "/api/%61lerts",
                        "/api/incidents/"))
                .allSatisfy(
                        path -> assertThat(partner.get(path).status()).as(path).isEqualTo(200));
        assertThat(List.of(
                        "/api/machines/nobody/runAntivirusScan",
                        "/api/Machines/nobody/RunAntiVirusScan/",
                        "/api/v1.0/machines/nobody/ISOLATE"))
                .allSatisfy(path -> {
                    Partner.Answer answer =
                            partner.post(path, Map.of("Comment", "x", "ScanType", "Quick", "IsolationType", "Full"));
                    assertThat(answer.status()).as(path).isEqualTo(404);
                    assertThat(answer.json().at("/error/code").asText())
                            .as(path)
                            .isEqualTo("ResourceNotFound");
                });
        assertThat(partner.get("/API/V1.0/Machines/")
                        .json()
                        .get("@odata.context")
                        .asText())
                .isEqualTo(url + "/api/v1.0/$metadata#Machines");
        assertThat(partner.get("/api/nothing")).isEqualTo(new Partner.Answer(404, ""));
        assertThat(partner.delete("/API/machines")).isEqualTo(new Partner.Answer(405, ""));
    }

    @Test
    @Order(6)
    void shouldFindEveryLinkOfTheAuditWhenItIsVerified() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            LocalPlatform.Outcome verified = platform.shell("deploy/local/verify-audit");

            assertThat(verified.code()).as(verified.output()).isZero();
            assertThat(verified.output())
                    .contains(": holds, ")
                    .contains(", 0 not sealed yet")
                    .doesNotContain("WARN", "\tat ");
        });
    }

    @Test
    @Order(6)
    void shouldHoldWhatThePageForPartnersSaysWhenItsCommandsAreRun() {
        LocalPlatform.Outcome outcome =
                platform.shell(PageCommands.of(platform.root().resolve("docs/partners.md")));

        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("Removed acme-other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alert-service", "indicator-service", "response-service"})
    @Order(7)
    void shouldLoseNothingAcknowledgedWhenAServiceIsKilled(String service) throws InterruptedException {
        // Given
        Partner partner = Partner.of(platform, "");
        var journal = Journal.start(partner, service);
        await().atMost(Duration.ofSeconds(30)).until(() -> journal.acknowledged() > 20);
        long before = platform.processOf(service);

        // When
        platform.kill(service);
        await().atMost(Duration.ofSeconds(90))
                .until(() -> platform.processOf(service) != 0
                        && platform.processOf(service) != before
                        && journal.answersAgain());
        journal.stop();

        // Then
        assertThat(journal.failures())
                .as("answers a client cannot repeat after")
                .isEmpty();
        for (String reference : journal.alerts()) {
            Partner.Answer again =
                    partner.post("/v1/alerts", Partner.alert(journal.source(), reference, "e2e " + reference));
            assertThat(again.status())
                    .as("alert %s was acknowledged: %s", reference, again.body())
                    .isEqualTo(200);
        }
        var addresses = journal.indicators();
        JsonNode indicators = partner.get("/api/indicators?$top=10000").json().get("value");
        assertThat(StreamSupport.stream(indicators.spliterator(), false)
                        .map(indicator -> indicator.get("indicatorValue").asText()))
                .containsAll(addresses)
                .doesNotHaveDuplicates();
        for (String action : journal.actions()) {
            assertThat(partner.get("/api/machineactions/" + action).status()).isEqualTo(200);
        }
        for (String incident : journal.alerts().stream().limit(5).toList()) {
            String id = partner.post("/v1/alerts", Partner.alert(journal.source(), incident, "e2e " + incident))
                    .json()
                    .get("id")
                    .asText();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> partner.get("/api/alerts/" + id)
                            .json()
                            .get("incidentId")
                            .isNumber());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "keycloak"})
    @Order(7)
    void shouldComeBackWithWhatItAcknowledgedWhenAPartUnderTheServicesIsKilled(String part) {
        // Given
        Partner partner = Partner.of(platform, "");
        String reference = UUID.randomUUID().toString();
        String alert = partner.post("/v1/alerts", Partner.alert("e2e", reference, "kept"))
                .json()
                .get("id")
                .asText();
        long before = platform.processOf(part);

        // When
        platform.kill(part);

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> !platform.isReady());
        await().atMost(Duration.ofSeconds(90)).until(platform::isReady);
        assertThat(platform.processOf(part)).isNotIn(0L, before);
        assertThat(partner.get("/api/alerts/" + alert).status()).isEqualTo(200);
        assertThat(Partner.of(platform, "READER_").get("/api/alerts").status()).isEqualTo(200);
    }

    @Test
    @Order(8)
    void shouldKeepToTheContractWhenRequestsAreFuzzed() throws InterruptedException {
        // Given
        Partner partner = Partner.of(platform, "");
        int requests = Integer.getInteger("tocsin.prove.requests", 3_000);
        List<URI> doors = Stream.concat(
                        Stream.of(platform.client("TOCSIN_URL")),
                        SERVICES.stream().map(platform::urlOf))
                .map(URI::create)
                .toList();
        var fuzz = new RequestFuzz(platform.root(), doors, () -> someIds(partner), authorizations());
        fuzz.run(1, requests / 10); // what is loaded once is loaded
        List<Memory> before = SERVICES.stream().map(platform::memoryOf).toList();

        // When
        fuzz.run(Long.getLong("tocsin.prove.seed", 20_261_121L), requests);

        // Then
        System.out.printf("%d fuzzed requests:%n%s%n", fuzz.answers(), fuzz.report());
        SERVICES.forEach(service -> System.out.printf(
                "%s: %s, before %s%n", service, platform.memoryOf(service), before.get(SERVICES.indexOf(service))));
        assertThat(fuzz.failures()).isEmpty();
        assertThat(fuzz.answers()).isGreaterThan(requests);
    }

    private static List<String> someIds(Partner partner) {
        return Stream.of("/api/alerts", "/api/incidents", "/api/machines", "/api/machineactions", "/api/indicators")
                .flatMap(path -> StreamSupport.stream(
                        partner.get(path + "?$top=5").json().get("value").spliterator(), false))
                .map(entity ->
                        entity.path(entity.has("id") ? "id" : "incidentId").asText())
                .toList();
    }

    private static List<String> authorizations() {
        return Stream.of("", "", "", "READER_", "OTHER_")
                .map(prefix -> "Bearer " + Partner.of(platform, prefix).token())
                .toList();
    }
}
