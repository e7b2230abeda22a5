package io.tocsin.indicator.matching;

import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/// Finds the indicators in force for many keys in one statement. Those limited to device groups are left out: a value
/// alone
/// belongs to no device.
@ApplicationScoped
class CandidateRepository {

    private static final String FIND = """
            select i.id, i.indicator_type, i.indicator_value, i.match_value, i.action, i.generate_alert, i.title,
                i.description, i.severity, i.category, i.recommended_actions, i.mitre_techniques, i.expiration_ticks
            from indicator i
            join unnest(?::text[], ?::text[]) as k (type, value) on i.indicator_type = k.type and i.match_value = k.value
            where i.tenant_id = ? and (i.expiration_ticks is null or i.expiration_ticks > ?) and i.rbac_group_names = '{}'
            """;

    private final DataSource database;

    CandidateRepository(DataSource database) {
        this.database = database;
    }

    Map<Lookup.Key, List<Candidate>> find(UUID tenant, Collection<Lookup.Key> keys, WireTime now) {
        Map<Lookup.Key, List<Candidate>> found = new HashMap<>();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", keys.stream().map(key -> key.type().name()).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", keys.stream().map(Lookup.Key::value).toArray()));
            statement.setObject(3, tenant);
            statement.setLong(4, now.ticks());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Candidate candidate = candidate(rows);
                    found.computeIfAbsent(
                                    new Lookup.Key(candidate.type(), candidate.matchValue()), key -> new ArrayList<>())
                            .add(candidate);
                }
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException("indicators could not be looked up", failed);
        }
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        long expires = row.getLong("expiration_ticks");
        WireTime expiration = row.wasNull() ? null : new WireTime(expires);
        String[] techniques = (String[]) row.getArray("mitre_techniques").getArray();
        return new Candidate(
                IndicatorType.valueOf(row.getString("indicator_type")),
                row.getString("match_value"),
                IndicatorAction.valueOf(row.getString("action")),
                row.getBoolean("generate_alert"),
                new MatchView.MatchedIndicator(
                        row.getString("id"),
                        row.getString("indicator_type"),
                        row.getString("indicator_value"),
                        row.getString("action"),
                        row.getString("title"),
                        row.getString("description"),
                        row.getString("severity"),
                        row.getInt("category"),
                        row.getString("recommended_actions"),
                        List.of(techniques),
                        expiration));
    }
}
