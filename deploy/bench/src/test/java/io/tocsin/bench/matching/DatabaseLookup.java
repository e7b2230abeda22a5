package io.tocsin.bench.matching;

import io.tocsin.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The unique index of the table `indicator`, 10,000 values a statement: what matching did before it had an index
/// of its
/// own.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 2)
public class DatabaseLookup {

    private static final int BATCH = 10_000;

    private static final String FILL = """
            insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,
                title, description, creation_ticks, last_update_ticks)
            select ?, v, 'FileSha1', v, 'Block', 'bench', 'Low', 't', 'd', 1, 1 from unnest(?) as g (v)
            """;

    private static final String FIND = """
            select i.id from indicator i join unnest(?, ?) as k (type, value)
                on i.indicator_type = k.type and i.match_value = k.value
            where i.tenant_id = ?
            """;

    @Param({"15000", "1000000"})
    int indicators;

    private TestPostgres postgres;
    private Connection connection;
    private PreparedStatement find;
    private String[] values;
    private int at;

    @Setup
    public void fill() throws SQLException {
        postgres = TestPostgres.start();
        try (Connection owner = postgres.asOwner();
                PreparedStatement insert = owner.prepareStatement(FILL)) {
            for (int from = 0; from < indicators; from += BATCH) {
                String[] some = new String[Math.min(BATCH, indicators - from)];
                for (int i = 0; i < some.length; i++) {
                    some[i] = Asked.indicator(from + i);
                }
                insert.setObject(1, Asked.TENANT);
                insert.setArray(2, owner.createArrayOf("text", some));
                insert.executeUpdate();
            }
            owner.createStatement().execute("analyze indicator");
        }
        values = Asked.values(indicators);
        connection = postgres.as("indicator-service");
        find = connection.prepareStatement(FIND);
    }

    @TearDown
    public void stop() throws SQLException {
        connection.close();
        postgres.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int batched() throws SQLException {
        at = at + 2 * BATCH > values.length ? 0 : at + BATCH;
        find.setArray(
                1,
                connection.createArrayOf(
                        "text", Collections.nCopies(BATCH, "FileSha1").toArray()));
        find.setArray(2, connection.createArrayOf("text", Arrays.copyOfRange(values, at, at + BATCH)));
        find.setObject(3, Asked.TENANT);
        int found = 0;
        try (ResultSet rows = find.executeQuery()) {
            while (rows.next()) {
                found++;
            }
        }
        return found;
    }
}
