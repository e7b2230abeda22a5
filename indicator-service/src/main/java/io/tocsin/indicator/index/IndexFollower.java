package io.tocsin.indicator.index;

import io.tocsin.feed.Place;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.WireTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/// Brings an index up to the table: whole at first, from a snapshot or from the rows, then by the changes in the
/// order
/// of
/// their commits (docs/adr/007). Of one thread; only [#table] and [#touch] are for others.
public final class IndexFollower {

    /// Changes of one look.
    static final int MOST = 5_000;

    private static final String START = """
            select feed_horizon()::text, coalesce((select label from feed_epoch order by seq desc limit 1), ''),
                (select count(*) from indicator)
            """;

    private static final String ALL =
            "copy (select tenant_id, id, indicator_type, match_value from indicator) to stdout (format text)";

    private static final String HOLDS = """
            select feed_cursor_holds(?, ?::xid8), coalesce((select label from feed_epoch order by seq desc limit 1), '')
            """;

    /// Tenant by tenant off the primary key, since nothing orders the changes of all; and always one row. What was
    /// forgotten behind the place is looked for in the same statement, so that nothing is forgotten in between.
    private static final String NEXT = """
            with recursive tenants(id) as (
                (select tenant_id from indicator_change order by tenant_id limit 1)
                union all
                select (select c.tenant_id from indicator_change c where c.tenant_id > t.id order by c.tenant_id limit 1)
                from tenants t where t.id is not null)
            select e.label, c.change_xid::text, c.change_id, c.at_ticks, c.tenant_id, c.indicator_id, i.indicator_type,
                i.match_value, e.missed
            from (select coalesce((select label from feed_epoch order by seq desc limit 1), '') as label,
                exists (select from feed_pruned
                    where followed = 'indicator_change' and (change_xid, change_id) > (?::xid8, ?)) as missed) e
            left join (
                select n.* from tenants t, lateral (
                    select * from indicator_change
                    where tenant_id = t.id and (change_xid, change_id) > (?::xid8, ?) and change_xid < feed_horizon()
                    order by change_xid, change_id limit ?) n
                where t.id is not null order by n.change_xid, n.change_id limit ?) c on true
            left join indicator i on i.tenant_id = c.tenant_id and i.id = c.indicator_id
            order by c.change_xid, c.change_id
            """;

    private final DataSource database;
    private final long mostBytes;
    private volatile KeyTable table;
    private volatile boolean caughtUp;
    private volatile long level;
    private long changes;
    private String label;
    private Place place;
    private boolean missed;

    /// @param mostBytes what the index may take; with more it is given up
    public IndexFollower(DataSource database, long mostBytes) {
        this.database = database;
        this.mostBytes = mostBytes;
    }

    /// Null while there is none, or one that has still to catch up.
    public KeyTable table() {
        return caughtUp ? table : null;
    }

    /// Whether there is one, be it behind.
    boolean isLoaded() {
        return table != null;
    }

    /// How many changes it has been told of.
    long changes() {
        return changes;
    }

    boolean merge() {
        return table.merge();
    }

    /// When the index last had everything there was, in ticks; 0 before the first time.
    public long level() {
        return level;
    }

    /// Takes over what a file has, when it still belongs to this database.
    ///
    /// @return whether there is an index now
    public boolean restore(Path file) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > mostBytes) {
            return false; // not even read: there may be no room for it
        }
        Optional<Snapshot> found = Snapshot.read(file);
        if (found.isEmpty() || found.get().table().bytes() > mostBytes) {
            return false;
        }
        place = found.get().place();
        label = found.get().label();
        if (!stillHolds()) {
            return false;
        }
        table = found.get().table();
        return true;
    }

    /// Builds it from the rows.
    ///
    /// @return whether there is an index now; not when it would be too large
    public boolean load() {
        caughtUp = false;
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                KeyTable built = load(connection);
                table = built;
                return built != null;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException | IOException failed) {
            throw new IllegalStateException("the indicators could not be read: " + failed.getMessage(), failed);
        }
    }

    private KeyTable load(Connection connection) throws SQLException, IOException {
        long began = WireTime.now().ticks();
        long expected;
        try (Statement statement = connection.createStatement()) {
            // Of this transaction alone: a pooler gives the session to others.
            statement.execute("set transaction isolation level repeatable read, read only");
            statement.execute("set local statement_timeout = 0");
            try (ResultSet start = statement.executeQuery(START)) {
                start.next();
                // All below the horizon is in this transaction's snapshot, and what is not below it is told later.
                place = new Place(Long.parseUnsignedLong(start.getString(1)) - 1, Long.MAX_VALUE, began);
                label = start.getString(2);
                expected = start.getLong(3);
            }
        }
        if (expected * 33 > mostBytes) {
            return null;
        }
        var builder = new TableBuilder(KeyHash.random(), expected);
        CopyOut rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(ALL);
        var reader = new CopiedRow();
        for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
            reader.read(row, builder);
        }
        return builder.build();
    }

    /// The columns of a row as `copy` writes them: canonical values have no letter it would escape, but a backslash.
    private static final class CopiedRow {

        private String tenantText = "";
        private UUID tenant;

        void read(byte[] row, TableBuilder builder) {
            int first = tab(row, 0);
            int second = tab(row, first + 1);
            int third = tab(row, second + 1);
            String text = new String(row, 0, first, StandardCharsets.ISO_8859_1);
            if (!text.equals(tenantText)) {
                tenantText = text;
                tenant = UUID.fromString(text);
            }
            long id = 0;
            for (int i = first + 1; i < second; i++) {
                id = id * 10 + row[i] - '0';
            }
            String type = new String(row, second + 1, third - second - 1, StandardCharsets.ISO_8859_1);
            String value = new String(row, third + 1, row.length - third - 2, StandardCharsets.UTF_8);
            builder.add(
                    tenant,
                    id,
                    IndicatorType.valueOf(type),
                    value.indexOf('\\') < 0 ? value : value.replace("\\\\", "\\"));
        }

        private static int tab(byte[] row, int from) {
            int at = from;
            while (row[at] != '\t') {
                at++;
            }
            return at;
        }
    }

    /// Takes in what has been committed since.
    ///
    /// @return whether there may be more at once
    public boolean follow() {
        if (table.bytes() > mostBytes) {
            table = null;
            caughtUp = false;
            return false;
        }
        long asked = WireTime.now().ticks();
        var found = new ArrayList<KeyTable.Change>();
        Place last = next(found);
        if (last == null) {
            return resync();
        }
        table.apply(found);
        changes += found.size();
        boolean more = found.size() == MOST;
        place = more ? last : last.asOf(asked);
        if (!more) {
            level = asked;
            caughtUp = true;
        }
        return more;
    }

    /// The place behind the last of them, or null when the database is another than before or has forgotten what came
    /// behind the place.
    private Place next(Collection<KeyTable.Change> changes) {
        Place last = place;
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(NEXT)) {
            statement.setString(1, place.positionText());
            statement.setLong(2, place.id());
            statement.setString(3, place.positionText());
            statement.setLong(4, place.id());
            statement.setInt(5, MOST);
            statement.setInt(6, MOST);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    missed = row.getBoolean(9);
                    if (missed || !label.equals(row.getString(1))) {
                        return null;
                    }
                    if (row.getString(2) != null) {
                        last = new Place(Long.parseUnsignedLong(row.getString(2)), row.getLong(3), row.getLong(4));
                        changes.add(change(row));
                    }
                }
            }
            return last;
        } catch (SQLException failed) {
            throw new IllegalStateException("changes could not be read: " + failed.getMessage(), failed);
        }
    }

    private static KeyTable.Change change(ResultSet row) throws SQLException {
        UUID tenant = row.getObject(5, UUID.class);
        String type = row.getString(7);
        return type == null
                ? KeyTable.Change.removed(tenant, row.getLong(6))
                : new KeyTable.Change(tenant, row.getLong(6), IndicatorType.valueOf(type), row.getString(8));
    }

    /// Another history: the index goes on where what it has was kept (docs/adr/024), else it is built anew. So it is
    /// when it was away for longer than changes are kept.
    private boolean resync() {
        if (missed || !stillHolds()) {
            load();
        }
        return table != null;
    }

    private boolean stillHolds() {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(HOLDS)) {
            statement.setString(1, label);
            statement.setString(2, place.positionText());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                boolean holds = row.getBoolean(1);
                label = row.getString(2);
                return holds;
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("the epoch could not be read: " + failed.getMessage(), failed);
        }
    }

    /// Takes in what this replica itself has just committed, so that its callers find what they wrote.
    public void touch(List<KeyTable.Change> changes) {
        KeyTable present = table;
        if (present != null) {
            present.apply(changes);
        }
    }

    /// Keeps the index as it is now.
    public void save(Path file) throws IOException {
        new Snapshot(table, label, place).write(file);
    }
}
