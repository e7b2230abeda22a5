package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.db.Statements;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;

/// Which application a source belongs to: the one that first used it.
@ApplicationScoped
class AlertSources {

    private static final String OWNERS = """
            select s.tenant_id, s.source, s.application from unnest(?, ?) as wanted (tenant_id, source)
            join alert_source s on s.tenant_id = wanted.tenant_id and s.source = wanted.source
            """;

    private static final String CLAIM = """
            insert into alert_source (tenant_id, source, application) select * from unnest(?, ?, ?) on conflict do nothing
            """;

    private final Statements statements;

    AlertSources(Statements statements) {
        this.statements = statements;
    }

    /// A source of a tenant; sorted, so that two batches cannot block each other for good.
    record Source(UUID tenant, String name) implements Comparable<Source> {

        private static final Comparator<Source> ORDER =
                Comparator.comparing(Source::tenant).thenComparing(Source::name);

        @Override
        public int compareTo(Source other) {
            return ORDER.compare(this, other);
        }
    }

    /// Takes each source for its application, unless it is another's already.
    ///
    /// @return the owner of each
    Map<Source, String> claim(SortedMap<Source, String> claims) {
        if (claims.isEmpty()) {
            return Map.of();
        }
        Map<Source, String> owners = owners(claims.keySet());
        List<Map.Entry<Source, String>> free = new ArrayList<>(claims.entrySet());
        free.removeIf(claim -> owners.containsKey(claim.getKey()));
        if (!free.isEmpty()) {
            statements.update(
                    CLAIM,
                    free.stream().map(it -> it.getKey().tenant()).toArray(UUID[]::new),
                    free.stream().map(it -> it.getKey().name()).toArray(String[]::new),
                    free.stream().map(Map.Entry::getValue).toArray(String[]::new));
            // By a statement of its own: it sees what another transaction claimed meanwhile.
            owners.putAll(owners(free.stream().map(Map.Entry::getKey).toList()));
        }
        return owners;
    }

    private Map<Source, String> owners(Collection<Source> wanted) {
        record Row(Source source, String application) {}
        Map<Source, String> owners = new HashMap<>();
        statements
                .list(
                        OWNERS,
                        row -> new Row(
                                new Source(row.getObject("tenant_id", UUID.class), row.getString("source")),
                                row.getString("application")),
                        wanted.stream().map(Source::tenant).toArray(UUID[]::new),
                        wanted.stream().map(Source::name).toArray(String[]::new))
                .forEach(row -> owners.put(row.source(), row.application()));
        return owners;
    }

    static ProblemException taken(String source) {
        return new ProblemException(AlertProblem.SOURCE_TAKEN, "Source " + source + " belongs to another application");
    }
}
