package io.tocsin.alert.story;

import io.tocsin.alert.correlation.LinkKey;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// On how many machines a value was seen: those of alerts, which correlation counts.
@ApplicationScoped
class Prevalence {

    private static final String COUNT = """
            select mine.kind, mine.value, (select count(*) from (
                select from alert_link_machine m where m.tenant_id = ? and m.kind = mine.kind and m.value = mine.value limit 1000) as seen) as machines
            from unnest(?, ?) as mine(kind, value)
            """;

    private record Counted(String key, int machines) {}

    private final Statements statements;

    Prevalence(Statements statements) {
        this.statements = statements;
    }

    /// By `kind value`, at most 1,000 each.
    Map<String, Integer> of(UUID tenant, Collection<LinkKey> keys) {
        var kinds = new ArrayList<String>();
        var values = new ArrayList<String>();
        keys.forEach(key -> {
            kinds.add(key.rule().name());
            values.add(key.value());
        });
        return keys.isEmpty()
                ? Map.of()
                : statements
                        .list(
                                COUNT,
                                row -> new Counted(row.getString(1) + " " + row.getString(2), row.getInt(3)),
                                tenant,
                                kinds,
                                values)
                        .stream()
                        .collect(Collectors.toMap(Counted::key, Counted::machines, Math::max));
    }
}
