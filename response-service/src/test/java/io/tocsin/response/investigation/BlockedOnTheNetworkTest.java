package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is done about addresses, domains and URLs that are bad (docs/adr/070).
@QuarkusTest
class BlockedOnTheNetworkTest extends InvestigatedTest {

    private static final String URL = "https://c2.example/gate.php?id=7";

    @BeforeEach
    void forget() {
        IndicatorPeer.forget();
    }

    @ParameterizedTest
    @CsvSource({
        "url, https://c2.example/gate.php?id=7, Url, https://c2.example/gate.php?id=7",
        "url, c2.example, DomainName, c2.example",
        "ip_address, 198.51.100.7, IpAddress, 198.51.100.7"
    })
    void shouldBlockAtOnceWhenTheLevelIsFullAndTheFleetIsSmall(
            String column, String value, String type, String blocked) {
        Agent agent = enrol("ws5.corp.example");

        String id = investigated(agent, "High", "Cobalt Strike", column, value);

        reaches(id, "SuccessfullyRemediated");
        assertThat(IndicatorPeer.asked()).hasSize(1);
        assertThat(IndicatorPeer.asked().getFirst())
                .contains(
                        "\"indicatorValue\":\"" + blocked + "\"",
                        "\"indicatorType\":\"" + type + "\"",
                        "\"action\":\"Block\"",
                        "\"expirationTime\":\"2",
                        "Cobalt Strike",
                        "Investigation " + id);
        proposed(id)
                .body("value", hasSize(1))
                .body("value[0].kind", is("BlockIndicator"))
                .body("value[0].status", is("Succeeded"))
                .body("value[0].automatic", is(true))
                .body("value[0].target", is(value))
                .body("value[0].details.indicatorId", is("77"))
                .body("value[0].actionId", nullValue());
        agent.actions(0).body("value", hasSize(0));
    }

    @Test
    void shouldAskAPersonWhereTheFleetIsLargeOrTheVerdictOnlySuspicious() {
        Agent agent = enrol("ws5.corp.example");
        String suspicious = investigated(agent, "Medium", null, "url", URL);
        reaches(suspicious, "PendingApproval");
        fleet(10);
        Agent other = enrol("ws6.corp.example");

        String malicious = investigated(other, "High", "Cobalt Strike", "url", "c2.example");

        reaches(malicious, "PendingApproval");
        assertThat(IndicatorPeer.asked()).isEmpty();
        decide(only(malicious), "approve").statusCode(200);
        decide(only(suspicious), "reject").statusCode(200);
        reaches(malicious, "SuccessfullyRemediated");
        reaches(suspicious, "PartiallyInvestigated");
        assertThat(IndicatorPeer.asked()).hasSize(1).first().asString().contains("c2.example");
    }

    @Test
    void shouldBlockAtOnceWhereThePolicySharesVerdictsHoweverLargeTheFleetIs() {
        fleet(10);
        with("SecurityConfiguration.ReadWrite.All")
                .body("{\"shareVerdicts\":true,\"shareDays\":3}")
                .put("/v1/remediations/policy")
                .then()
                .statusCode(200);
        Agent agent = enrol("ws5.corp.example");

        reaches(investigated(agent, "High", "Cobalt Strike", "url", URL), "SuccessfullyRemediated");

        assertThat(IndicatorPeer.asked()).hasSize(1);
    }

    @Test
    void shouldTakeTheIndicatorAwayWhenAPersonWantsItUndone() {
        Agent agent = enrol("ws5.corp.example");
        String id = investigated(agent, "High", "Cobalt Strike", "url", URL);
        reaches(id, "SuccessfullyRemediated");

        decide(only(id), "undo").statusCode(200).body("status", is("Undoing"));

        stands(only(id), "Undone");
        assertThat(IndicatorPeer.deleted()).containsExactly("77");
        decide(only(id), "undo").statusCode(400);
    }

    @Test
    void shouldLeaveWhatAnIndicatorAllowsOrBlocksAlready() {
        IndicatorPeer.decides("Allowed");
        String allowed = investigated(enrol("ws5.corp.example"), "High", "Cobalt Strike", "url", URL);
        reaches(allowed, "PartiallyInvestigated");
        proposed(allowed)
                .body("value[0].status", is("Failed"))
                .body("value[0].statusDetails", is("Indicator 412 allows it"));
        IndicatorPeer.decides("Block");

        String blocked = investigated(enrol("ws6.corp.example"), "High", "Cobalt Strike", "url", URL);

        reaches(blocked, "SuccessfullyRemediated");
        proposed(blocked)
                .body("value[0].status", is("Succeeded"))
                .body("value[0].statusDetails", is("Indicator 412 blocks it already"));
        assertThat(IndicatorPeer.asked()).isEmpty();
        decide(only(blocked), "undo").statusCode(400).body("error.message", containsString("412"));
    }

    /// As where a warning list names it.
    @Test
    void shouldSayWhyWhenIndicatorServiceRefusesIt() {
        IndicatorPeer.refuses("WarningListed");

        String id = investigated(enrol("ws5.corp.example"), "High", "Cobalt Strike", "url", URL);

        reaches(id, "PartiallyInvestigated");
        proposed(id)
                .body("value[0].status", is("Failed"))
                .body("value[0].statusDetails", containsString("WarningListed"));
        assertThat(TestDatabase.count("outbox")).isZero();
    }

    @Test
    void shouldWaitForIndicatorServiceAndFailWhenItIsGivenUp() {
        IndicatorPeer.answers(503);
        String id = investigated(enrol("ws5.corp.example"), "High", "Cobalt Strike", "url", URL);
        reaches(id, "PendingResource");
        stands(only(id), "Running");

        TestDatabase.update("update outbox set state = 'Dead', last_error = 'out of reach', claimed_by = null");

        stands(only(id), "Failed");
        reaches(id, "PartiallyInvestigated");
        proposed(id).body("value[0].statusDetails", containsString("out of reach"));
    }

    @Test
    void shouldHeedIndicatorsOnTheDomainAboveAndOnTheRangeAround() {
        indicator("DomainName", "c2.example", "Allowed");
        indicator("IpAddress", "198.51.100.0/24", "Block");

        reaches(
                investigated(enrol("ws5.corp.example"), "High", "Cobalt Strike", "url", "https://cdn.C2.example/x"),
                "Benign");
        String blocked = investigated(enrol("ws6.corp.example"), "Low", null, "ip_address", "198.51.100.7");

        reaches(blocked, "SuccessfullyRemediated");
        proposed(blocked)
                .body("value[0].verdict", is("Malicious"))
                .body("value[0].reasons[0]", is("An indicator blocks it: Block"));
    }

    /// A URL counts as common by the machines that have seen its host.
    @Test
    void shouldNotCallAUrlRareWhoseDomainTheFleetUses() {
        fleet(20);
        for (int i = 0; i < 20; i++) {
            TestDatabase.update(
                    "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                            + " values (cast(? as uuid), 'Domain', 'c2.example', ?, 1, 1, repeat('0', 768)::bit(768))",
                    Tokens.TENANT,
                    "n" + i);
        }

        reaches(investigated(enrol("ws5.corp.example"), "Medium", null, "url", URL), "Benign");

        assertThat(TestDatabase.column("select reasons::text from investigation_entity"))
                .singleElement()
                .asString()
                .contains("It is common: on 20 of 21 machines");
    }

    @Test
    void shouldProposeNothingForWhatNoIndicatorCanName() {
        for (String value : List.of("http://10.1.2.3/a", "fileserver", "ftp://c2.example/a", "not a url")) {
            reaches(
                    investigated(enrol("ws5.corp.example"), "High", "Cobalt Strike", "url", value),
                    "PartiallyInvestigated");
        }
        reaches(
                investigated(enrol("ws5.corp.example"), "High", "Cobalt Strike", "ip_address", "10.1.2.3"),
                "PartiallyInvestigated");

        assertThat(TestDatabase.count("remediation")).isZero();
        assertThat(IndicatorPeer.asked()).isEmpty();
    }

    private static void fleet(int machines) {
        TestDatabase.update(
                "insert into machine (tenant_id, id) select cast(? as uuid), 'n' || n from generate_series(0, ? - 1) n",
                Tokens.TENANT,
                machines);
    }

    private static void indicator(String type, String value, String action) {
        TestDatabase.update(
                "insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, last_update_ticks)"
                        + " values (cast(? as uuid), ?, ?, ?, ?, 'x', 'High', 't', 'd', 1, 1)",
                Tokens.TENANT,
                value,
                type,
                value,
                action);
    }

    private static String only(String investigation) {
        return proposed(investigation).body("value", hasSize(1)).extract().path("value[0].id");
    }

    private static String investigated(Agent agent, String severity, String threat, String column, String value) {
        String alert = alert(agent, severity, threat);
        evidence(alert, 0, "Url", column, value);
        return investigate(agent, alert);
    }
}
