package io.tocsin.alert.entity;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reads what was seen where; nothing here scans telemetry.
@ApplicationScoped
class SightingRepository {

    /// The sightings of some values by machines in reach.
    private static final String OF_VALUES =
            "from entity_sighting s where s.tenant_id = ? and %s and s.kind = ? and s.value = any(?)";

    static final String STATISTICS = """
            select count(distinct s.machine_id) as machines,
                min(greatest(s.first_seen_ticks, first_sighting_hour(s.hours, s.last_seen_ticks, ?), ?)) as first,
                max(s.last_seen_ticks) as last
            """ + OF_VALUES
            + " and s.last_seen_ticks >= ? and (s.kind <> 'Ip' or s.labels <> '{" + SightingBatch.CAME + "}')";

    static final String LABELS = """
            select label from (select label, count(distinct s.machine_id) as machines
            """
            + "from entity_sighting s, unnest(s.labels) as label where s.tenant_id = ? and %s and s.kind = ? and s.value = any(?)"
            + " and s.last_seen_ticks >= ? group by label) as named order by machines desc, label limit ?";

    /// The hours in which an account was active are what tells its machines apart.
    static final String MACHINES_OF_ACCOUNT = """
            with its as (
                select s.machine_id, min(s.first_seen_ticks) as first, max(s.last_seen_ticks) as last, sum(bit_count(s.hours)) as hours
            """ + OF_VALUES + " group by s.machine_id" + """
            )
            select count(*) as machines, min(first) as first, max(last) as last,
                (select machine_id from its order by hours desc, last desc, machine_id limit 1) as most,
                (select machine_id from its order by hours, last, machine_id desc limit 1) as least
            from its
            """;

    static final String SEEN = "select true " + OF_VALUES + " limit 1";

    static final String ACCOUNTS = "select value, account_sid from user_fact where tenant_id = ? and account_name = ?"
            + " and account_domain = coalesce(cast(? as text), account_domain)";

    static final String FILE = """
            select sha1, sha256, md5, size, is_pe, publisher, product_name, signer, issuer, signer_hash,
                is_valid_certificate
            from file_fact where tenant_id = ? and (hash = any(?) or sha256 = any(?) or md5 = any(?))
            """;

    private final Statements statements;

    SightingRepository(Statements statements) {
        this.statements = statements;
    }

    /// @param most labels
    SeenInOrganization statistics(
            UUID tenant, DeviceScope scope, EntityKind kind, Collection<String> values, WireTime since, int most) {
        var parameters = new ArrayList<Object>(List.of(since.ticks(), since.ticks()));
        parameters.addAll(ofValues(tenant, scope, kind, values));
        parameters.add(since.ticks());
        record Span(long machines, WireTime first, WireTime last) {}
        Span span = statements
                .list(
                        STATISTICS.formatted(scope.on("s")),
                        row -> new Span(row.getLong("machines"), time(row, "first"), time(row, "last")),
                        parameters.toArray())
                .getFirst();
        var labelled = new ArrayList<Object>(ofValues(tenant, scope, kind, values));
        labelled.addAll(List.of(since.ticks(), most));
        List<String> labels = span.machines() == 0 || most == 0
                ? List.of()
                : statements.list(LABELS.formatted(scope.on("s")), row -> row.getString("label"), labelled.toArray());
        return new SeenInOrganization(span.machines(), span.first(), span.last(), labels);
    }

    /// The machines an account was active on.
    ///
    /// @param most the one on which it was in most hours, null without one
    /// @param least the one on which it was in fewest
    record MachinesOfAccount(long count, WireTime first, WireTime last, String most, String least) {}

    MachinesOfAccount machinesOfAccount(UUID tenant, DeviceScope scope, Collection<String> values) {
        return statements
                .list(
                        MACHINES_OF_ACCOUNT.formatted(scope.on("s")),
                        row -> new MachinesOfAccount(
                                row.getLong("machines"),
                                time(row, "first"),
                                time(row, "last"),
                                row.getString("most"),
                                row.getString("least")),
                        ofValues(tenant, scope, EntityKind.User, values).toArray())
                .getFirst();
    }

    /// Whether any machine in reach has seen one of the values.
    boolean isSeen(UUID tenant, DeviceScope scope, EntityKind kind, Collection<String> values) {
        return !statements
                .list(
                        SEEN.formatted(scope.on("s")),
                        row -> true,
                        ofValues(tenant, scope, kind, values).toArray())
                .isEmpty();
    }

    private static List<Object> ofValues(UUID tenant, DeviceScope scope, EntityKind kind, Collection<String> values) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(kind.name());
        parameters.add(values);
        return parameters;
    }

    /// What is known of the files that have one of the hashes, whichever of its hashes a sender named.
    FileFact file(UUID tenant, Collection<String> hashes) {
        return statements.list(FILE, SightingRepository::fact, tenant, hashes, hashes, hashes).stream()
                .reduce(FileFact.NOTHING, FileFact::and);
    }

    private static FileFact fact(ResultSet row) throws SQLException {
        boolean valid = row.getBoolean("is_valid_certificate");
        Boolean certificate = row.wasNull() ? null : Boolean.valueOf(valid);
        return new FileFact(
                row.getString("sha1"),
                row.getString("sha256"),
                row.getString("md5"),
                number(row, "size"),
                row.getBoolean("is_pe"),
                row.getString("publisher"),
                row.getString("product_name"),
                row.getString("signer"),
                row.getString("issuer"),
                row.getString("signer_hash"),
                certificate);
    }

    /// The hashes that alerts in reach give the file besides, if one of them names it.
    Optional<FileFact> fileOfEvidence(UUID tenant, DeviceScope scope, Collection<String> hashes) {
        var parameters = new ArrayList<Object>(List.of(tenant));
        parameters.addAll(List.of(hashes, hashes));
        parameters.addAll(scope.parameters());
        return statements
                .list(
                        """
                        select lower(e.sha1) as sha1, lower(e.sha256) as sha256 from alert_evidence e
                        where e.tenant_id = ? and (e.sha1 = any(?) or e.sha256 = any(?))
                          and exists (select from alert where alert.tenant_id = e.tenant_id and alert.id = e.alert_id and %s)
                        limit 100
                        """.formatted(scope.on("alert")),
                        row -> FileFact.ofHashes(row.getString("sha1"), row.getString("sha256"), null),
                        parameters.toArray())
                .stream()
                .reduce(FileFact::and);
    }

    /// An account as telemetry spells it, in lower case.
    record Account(String value, String sid) {}

    /// The accounts of a name.
    ///
    /// @param domain null for those of every domain
    List<Account> accounts(UUID tenant, String name, String domain) {
        return statements.list(
                ACCOUNTS,
                row -> new Account(row.getString("value"), row.getString("account_sid")),
                tenant,
                name,
                domain);
    }
}
