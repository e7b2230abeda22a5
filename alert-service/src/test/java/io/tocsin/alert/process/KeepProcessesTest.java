package io.tocsin.alert.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.Followed;
import io.tocsin.alert.telemetry.MappedEvents;
import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KeepProcessesTest extends ApiTest {

    /// A chain of creations with a branch: 1 → 2 → 3 → 4, 2 → 5.
    private static final List<String> CHAIN = List.of(
            created(1, 0, "services.exe"),
            created(2, 1, "agent.exe"),
            created(3, 2, "cmd.exe"),
            created(4, 3, "whoami.exe"),
            created(5, 2, "net.exe"));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldKnowTheSameTreeInWhateverOrderItsEventsCome(long seed) {
        // Given
        var order = new ArrayList<>(CHAIN);
        Collections.shuffle(order, new Random(seed));

        // When each comes by itself
        for (int i = 0; i < order.size(); i++) {
            events(order.get(i)).statusCode(200);
            int known = i + 1;
            await().until(() ->
                    ((Number) TestDatabase.value("select count(*) from process where observed")).intValue() == known);
        }

        // Then
        assertThat(paths()).containsExactly("0", "0,1", "0,1,2", "0,1,2,3", "0,1,2,3,4", "0,1,2,5");
    }

    @Test
    void shouldMendWholeBranchesWhenAllComeAtOnceBackwards() {
        var order = new ArrayList<>(CHAIN);
        Collections.reverse(order);

        events(String.join("\n", order)).statusCode(200);

        await().until(() -> paths().size() == 6);
        assertThat(paths()).containsExactly("0", "0,1", "0,1,2", "0,1,2,3", "0,1,2,3,4", "0,1,2,5");
    }

    @Test
    void shouldKnowAProcessByWhatItDoesAndByItsChildren() {
        // Given an act of a process nobody saw start, and then its child
        events(MappedEvents.windows(
                        "{\"EventID\":3,\"RecordNumber\":1,\"UtcTime\":\"2026-02-03 09:11:00\",\"ProcessGuid\":\"%s\",\"ProcessId\":\"3\",\"Image\":\"C:\\\\cmd.exe\",\"DestinationIp\":\"10.0.0.1\",\"DestinationPort\":\"80\"}"
                                .formatted(guid(3))))
                .statusCode(200);
        events(CHAIN.get(3)).statusCode(200);
        await().until(() -> paths().size() == 2);
        assertThat(TestDatabase.value("select observed from process where process_id = 3"))
                .isEqualTo(false);

        // When its creation comes late
        events(CHAIN.get(2)).statusCode(200);

        // Then
        await().untilAsserted(() -> assertThat(paths()).containsExactly("2", "2,3", "2,3,4"));
        assertThat(TestDatabase.value("select observed from process where process_id = 3"))
                .isEqualTo(true);
        assertThat(TestDatabase.value("select command_line from process where process_id = 3"))
                .isEqualTo("run 3");
    }

    @Test
    void shouldFindTheParentByItsNumberWhenNothingElseIsTold() {
        events(CHAIN.get(1)).statusCode(200);
        events("""
                {"EventID":4688,"Channel":"Security","Hostname":"ws5.corp.example","EventTime":"2026-02-03T09:10:40Z","RecordNumber":77,"NewProcessId":"0x9","NewProcessName":"C:\\\\x.exe","ProcessId":"0x2","ParentProcessName":"C:\\\\Windows\\\\agent.exe","SubjectUserName":"ann","SubjectDomainName":"CORP"}""").statusCode(200);

        await().untilAsserted(() -> assertThat(paths()).contains("1,2,9"));
    }

    /// Of two that had the number one after the other, the later one that was there already.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFindTheSameParentByItsNumberInWhateverOrder(long seed) {
        var order = new ArrayList<>(List.of(
                security(10, 2, "agent.exe", 99),
                security(20, 2, "agent.exe", 99),
                security(30, 9, "x.exe", 2),
                security(40, 2, "agent.exe", 99),
                security(50, 11, "y.exe", 9)));
        Collections.shuffle(order, new Random(seed));

        for (String line : order) {
            events(line).statusCode(200);
            Followed.all();
        }

        assertThat(TestDatabase.column(
                        "select array_to_string(path, ',') from process order by process_creation_ticks"))
                .containsExactly(
                        "2:1770109810",
                        "2:1770109820",
                        "2:1770109820,9:1770109830",
                        "2:1770109840",
                        "2:1770109820,9:1770109830,11:1770109850");
    }

    /// Both a nearer parent and a grandparent come late, at once.
    @Test
    void shouldMendPathsFromBelowWhenSeveralOfALineChangeAtOnce() {
        for (String line :
                List.of(security(10, 2, "agent.exe", 99), security(30, 9, "x.exe", 2), security(50, 11, "y.exe", 9))) {
            events(line).statusCode(200);
            Followed.all();
        }

        events(security(5, 99, "agent.exe", 98) + "\n" + security(20, 2, "agent.exe", 99))
                .statusCode(200);
        Followed.all();

        assertThat(TestDatabase.column(
                        "select array_to_string(path, ',') from process order by process_creation_ticks"))
                .containsExactly(
                        "99:1770109805",
                        "99:1770109805,2:1770109810",
                        "99:1770109805,2:1770109820",
                        "99:1770109805,2:1770109820,9:1770109830",
                        "99:1770109805,2:1770109820,9:1770109830,11:1770109850");
    }

    /// Who is above a parent that nobody speaks of becomes known at the same time as the child.
    @Test
    void shouldMendPathsThroughAProcessThatNothingIsSaidOf() {
        for (String line : List.of(created(2, 1, "agent.exe"), created(3, 2, "cmd.exe"), created(5, 4, "net.exe"))) {
            events(line).statusCode(200);
            Followed.all();
        }

        events(created(4, 3, "whoami.exe") + "\n" + created(1, 0, "services.exe"))
                .statusCode(200);
        Followed.all();

        assertThat(paths()).containsExactly("0", "0,1", "0,1,2", "0,1,2,3", "0,1,2,3,4", "0,1,2,3,4,5");
    }

    private static String security(int second, int pid, String file, int parent) {
        return """
                {"EventID":4688,"Channel":"Security","Hostname":"ws5.corp.example","EventTime":"2026-02-03T09:10:%02dZ","RecordNumber":%d,"NewProcessId":"0x%x","NewProcessName":"C:\\\\%s","ProcessId":"0x%x","ParentProcessName":"C:\\\\%s","SubjectUserName":"ann","SubjectDomainName":"CORP"}""".formatted(second, second, pid, file, parent, parent == 9 ? "x.exe" : "agent.exe");
    }

    @Test
    void shouldReadAPageOfChildrenOffOneIndexOfManyProcesses() throws SQLException {
        TestDatabase.update("""
                insert into process (tenant_id, machine_id, process_key, parent_process_key, process_creation_ticks, path, observed, received_ticks)
                select cast(? as uuid), 'm' || i % 10, i || ':1', i % 100 || ':1', i, array[i % 100 || ':1', i || ':1'], true, 0
                from generate_series(1, 20000) as i
                """, Tokens.TENANT);
        TestDatabase.update("analyze process");

        try (Connection connection = TestDatabase.open();
                PreparedStatement children = connection.prepareStatement(ProcessTrees.CHILDREN)) {
            Object[] parameters = {
                connection.createArrayOf("uuid", new Object[] {UUID.fromString(Tokens.TENANT)}),
                connection.createArrayOf("text", new Object[] {"m3"}),
                connection.createArrayOf("text", new Object[] {"3:1"}),
                connection.createArrayOf("bigint", new Object[] {103L}),
                connection.createArrayOf("text", new Object[] {"103:1"}),
                Long.MAX_VALUE,
                51
            };
            for (int i = 0; i < parameters.length; i++) {
                children.setObject(i + 1, parameters[i]);
            }
            var created = new ArrayList<Long>();
            try (ResultSet found = children.executeQuery()) {
                while (found.next()) {
                    created.add(found.getLong("created"));
                }
            }

            assertThat(created).hasSize(51).startsWith(203L, 303L).endsWith(5203L);
            assertThat(QueryPlan.of(connection, ProcessTrees.CHILDREN, parameters)
                            .json())
                    .contains("process_parent_process_key_idx")
                    .doesNotContain("Sort");
        }
    }

    /// A table that has grown since it was analysed, nearly all of it one machine's.
    @Test
    void shouldReadProcessesByTheirKeysHoweverManyTheMachineHas() throws SQLException {
        processes(1, 20_000);
        TestDatabase.update("analyze process");
        processes(20_001, 40_000);
        String[] tenants = Collections.nCopies(900, Tokens.TENANT).toArray(String[]::new);
        String[] machines = Collections.nCopies(900, "m").toArray(String[]::new);
        String[] keys =
                IntStream.rangeClosed(1, 900).mapToObj(n -> n * 20 + ":1").toArray(String[]::new);

        try (Connection connection = TestDatabase.open()) {
            assertThat(QueryPlan.of(
                                    connection,
                                    ProcessTrees.THESE,
                                    connection.createArrayOf("uuid", tenants),
                                    connection.createArrayOf("text", machines),
                                    connection.createArrayOf("text", keys))
                            .json())
                    .contains("process_pk")
                    .doesNotContain("Join Filter")
                    .doesNotContain("Seq Scan");
        }
    }

    private static void processes(int from, int to) {
        TestDatabase.update("""
                insert into process (tenant_id, machine_id, process_key, process_id, process_creation_ticks, path, observed, received_ticks)
                select cast(? as uuid), 'm', i || ':1', i, i, array[i || ':1'], true, 0 from generate_series(?, ?) as i
                """, Tokens.TENANT, from, to);
    }

    /// Each process' path by the numbers of the processes.
    private static List<Object> paths() {
        return TestDatabase.column("""
                select string_agg(split_part(key, ':', 1), ',' order by place) as line
                from process, unnest(path) with ordinality as p (key, place) group by process_key order by line
                """);
    }

    private static String created(int pid, int parent, String file) {
        return MappedEvents.windows(
                """
                {"EventID":1,"RecordNumber":%d,"UtcTime":"2026-02-03 09:10:%02d.000","ProcessGuid":"%s","ProcessId":"%d","Image":"C:\\\\Windows\\\\%s","CommandLine":"run %d","ParentProcessGuid":"%s","ParentProcessId":"%d","ParentImage":"C:\\\\Windows\\\\parent.exe","ParentCommandLine":"run %d"}""".formatted(100 + pid, pid, guid(pid), pid, file, pid, guid(parent), parent, parent));
    }

    private static String guid(int second) {
        String hex = "%08x".formatted(0x6981bb18 + second);
        return "{49a15388-" + hex.substring(4) + "-" + hex.substring(0, 4) + "-4205-000000000400}";
    }
}
