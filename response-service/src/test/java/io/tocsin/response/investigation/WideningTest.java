package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of a malicious file that many machines have (docs/adr/084).
@QuarkusTest
class WideningTest extends InvestigatedTest {

    private static final String DROPPER = "c".repeat(40);
    private static final String TEMP = "C:\\Users\\ann\\AppData\\Local\\Temp";

    /// Of the other machines, in the order of their ids.
    private static final String THERE = "remediation where kind = 'QuarantineFile' and machine_id like '0000%'";

    /// Audit entries stay from test to test.
    private static final String OF_THIS = " and target in (select id::text from remediation)";

    @BeforeEach
    void forget() {
        IndicatorPeer.forget();
    }

    /// The fleet is told before the first machine is asked about, and whoever comes after a crash goes on behind what
    /// is done.
    @Test
    void shouldTellTheFleetFirstAndAskOnThousandsOfMachinesInPieces() {
        policy("{\"shareVerdicts\":true}").statusCode(200);
        Agent first = enrol("ws5.corp.example");
        fleet(2_000);
        TestDatabase.update("""
                create function fail_here() returns trigger language plpgsql as
                $$ begin raise exception 'the database is gone'; end $$
                """);
        TestDatabase.update("""
                create trigger fails before insert on remediation for each row
                when (new.machine_id = lpad('1200', 40, '0')) execute function fail_here()
                """);
        String id;
        try {
            id = investigate(first, malicious(first));

            await().atMost(Duration.ofSeconds(30)).until(() -> TestDatabase.count(THERE) == 1_000);
            quarantined(first); // a machine that fails elsewhere does not hold that up
            assertThat(TestDatabase.column("select widened_after from investigation_entity"))
                    .containsExactly(machine("1000"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> IndicatorPeer.asked().size() == 1);
            assertThat(TestDatabase.count(THERE)).isEqualTo(1_000);
            assertThat(TestDatabase.column("select max(failures) from investigation"))
                    .containsExactly(0);
        } finally {
            TestDatabase.update("drop trigger fails on remediation");
            TestDatabase.update("drop function fail_here");
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> TestDatabase.count(THERE) == 2_000);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(TestDatabase.column("select widened_after from investigation_entity"))
                        .containsExactly((Object) null));
        assertThat(TestDatabase.column("select count(distinct machine_id) from " + THERE))
                .containsExactly(2_000L);
        assertThat(TestDatabase.column("select count(*) from " + THERE + " group by xmin::text"))
                .containsExactly(500L, 500L, 500L, 500L);
        assertThat(TestDatabase.column(
                        "select count(distinct target) from audit_entry where action = 'remediation.propose'"
                                + OF_THIS))
                .containsExactly(2_001L);
        assertThat(TestDatabase.count("investigation")).isEqualTo(1);
        assertThat(IndicatorPeer.asked()).hasSize(1);
        reaches(id, "PendingApproval");
    }

    /// Asked once for all, and for those, too, who get the file later. A machine that was merged is the other one.
    @Test
    void shouldGoToEveryMachineWhenAPersonWidensTheScope() {
        Agent first = enrol("ws5.corp.example");
        fleet(600);
        TestDatabase.update("update machine set merged_into_machine_id = ? where id = ?", machine("8"), machine("7"));
        String id = investigate(first, malicious(first));
        reaches(id, "PendingApproval");
        String scope = proposed(id)
                .body("value.find { it.kind == 'WidenScope' }.status", is("Pending"))
                .extract()
                .path("value.find { it.kind == 'WidenScope' }.id");
        assertThat(TestDatabase.count(THERE)).isZero();

        decide(scope, "approve").statusCode(200);

        stands(scope, "Succeeded");
        with("Machine.Read.All")
                .get("/v1/remediations/" + scope)
                .then()
                .body("statusDetails", is("Widened to 599 machines"));
        assertThat(TestDatabase.column("select count(distinct machine_id) from " + THERE + " and automatic"))
                .containsExactly(599L);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> TestDatabase.count("machine_action where type = 'StopAndQuarantineFile'") == 600);
        TestDatabase.update("update machine set merged_into_machine_id = null");
        TestDatabase.update("update investigation_entity set widened_at = now() - interval '2 minutes'");
        await().atMost(Duration.ofSeconds(30)).until(() -> TestDatabase.count(THERE) == 600);
    }

    /// What is allowed meanwhile is asked about on no machine any more, however many there are.
    @Test
    void shouldTakeBackEveryQuestionWhenAnIndicatorAllowsTheFileMeanwhile() {
        policy("{\"shareVerdicts\":true}").statusCode(200);
        level("SemiRequireApprovalForAllFolders");
        Agent first = enrol("ws5.corp.example");
        fleet(1_100);
        String id = investigate(first, malicious(first));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> TestDatabase.count("remediation where status = 'Pending'") == 1_101);

        TestDatabase.update(
                "insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, last_update_ticks)"
                        + " values (7, cast(? as uuid), ?, 'FileSha1', ?, 'Allowed', 'x', 'High', 't', 'd', 1, 1)",
                Tokens.TENANT,
                DROPPER,
                DROPPER);

        reaches(id, "Benign");
        assertThat(TestDatabase.column("select distinct status from remediation"))
                .isEqualTo(List.of("Withdrawn"));
        assertThat(TestDatabase.column(
                        "select count(distinct target) from audit_entry where action = 'remediation.withdraw'"
                                + OF_THIS))
                .containsExactly(1_101L);
    }

    /// Approved quarantines wait, many more than are withdrawn at a time: none of them is carried out any more.
    @Test
    void shouldCarryOutNothingThatIsAllowedMeanwhileHoweverManyAreApproved() {
        policy("{\"shareVerdicts\":true}").statusCode(200);
        level("SemiRequireApprovalForAllFolders");
        Agent first = enrol("ws5.corp.example");
        fleet(2_000);
        String id = investigate(first, malicious(first));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> TestDatabase.count("remediation where status = 'Pending'") == 2_001);

        TestDatabase.update(
                "with allowed as (insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity, title, description, creation_ticks, last_update_ticks)"
                        + " values (7, cast(? as uuid), ?, 'FileSha1', ?, 'Allowed', 'x', 'High', 't', 'd', 1, 1))"
                        + " update remediation set status = 'Approved'",
                Tokens.TENANT,
                DROPPER,
                DROPPER);

        reaches(id, "Benign");
        assertThat(TestDatabase.column("select distinct status from remediation"))
                .isEqualTo(List.of("Withdrawn"));
        assertThat(TestDatabase.count("machine_action")).isZero();
    }

    /// The answer stands when fewer machines have it later than need one.
    @Test
    void shouldNotWidenByItselfWhatAPersonRefused() {
        Agent first = enrol("ws5.corp.example");
        fleet(20);
        String id = investigate(first, malicious(first));
        reaches(id, "PendingApproval");
        String scope = proposed(id).extract().path("value.find { it.kind == 'WidenScope' }.id");

        decide(scope, "reject").statusCode(200);
        TestDatabase.update("delete from entity_sighting where machine_id > ?", machine("3"));

        quarantined(first);
        reaches(id, "PartiallyRemediated");
        assertThat(TestDatabase.count(THERE)).isZero();
    }

    private static String machine(String number) {
        return "0".repeat(40 - number.length()) + number;
    }

    private static void quarantined(Agent agent) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var given = agent.actions(0).extract().jsonPath();
            assertThat(given.getString("value[0].sha1")).isEqualTo(DROPPER);
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded")
                    .statusCode(200);
        });
    }

    private static String malicious(Agent agent) {
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "a.exe", TEMP);
        return alert;
    }

    /// So many machines that have the file, and four times as many that have it not: nobody may call it common.
    private static void fleet(int machines) {
        TestDatabase.update(
                "insert into machine (tenant_id, id, os_platform, os_build, onboarding_status)"
                        + " select cast(? as uuid), lpad(n::text, 40, '0'), 'Windows11', 22631, 'Onboarded' from generate_series(1, ?) n",
                Tokens.TENANT,
                machines * 5);
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " select cast(? as uuid), 'File', ?, lpad(n::text, 40, '0'), 1, 1, repeat('0', 768)::bit(768)"
                        + " from generate_series(1, ?) n",
                Tokens.TENANT,
                DROPPER,
                machines);
        TestDatabase.update("analyze machine, entity_sighting"); // jobs look at them, too
    }
}
