package io.tocsin.alert.entity;

import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/// Merges batches into the tables of sightings and facts, each by one statement that leaves alone what it
/// would not change. Merging the same events twice, or in another order, ends the same.
@ApplicationScoped
class SightingStore {

    static final char SEPARATOR = '\u001f';

    /// How much later a sighting must be to be worth a write, when neither its hour nor its labels are new.
    static final long NEWS_TICKS = 5 * 60 * WireTime.TICKS_PER_SECOND;

    /// An address that was seen before it was told how counts as one a connection was opened to (docs/adr/026).
    private static final String LABELS =
            "case when s.kind = 'Ip' and s.labels = '{}' then '{opened}' else s.labels end";

    /// Answers how many rows changed, and of those that are the first of a machine, or became earlier, what they tell
    /// of
    /// days before today.
    private static final String SIGHTINGS = """
            with told as (
                select cast(n.tenant as uuid) as tenant_id, n.kind, n.value, n.machine as machine_id, cast(n.first as bigint) as first,
                    cast(n.last as bigint) as last, n.hours, n.labels
                from unnest(?, ?, ?, ?, ?, ?, ?, ?) as n(tenant, kind, value, machine, first, last, hours, labels)),
            stored as (
                insert into entity_sighting as s
                    (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours, labels)
                select n.tenant_id, n.kind, n.value, n.machine_id, n.first, n.last,
                    cast(rpad(n.hours, 768, '0') as bit(768)), merge_sighting_labels('{}', string_to_array(n.labels, chr(31)))
                from told n
                on conflict (tenant_id, kind, value, machine_id) do update set
                    first_seen_ticks = least(s.first_seen_ticks, excluded.first_seen_ticks),
                    last_seen_ticks = greatest(s.last_seen_ticks, excluded.last_seen_ticks),
                    hours = merge_sighting_hours(s.hours, s.last_seen_ticks, excluded.hours, excluded.last_seen_ticks),
                    labels = merge_sighting_labels(%1$s, excluded.labels)
                where excluded.first_seen_ticks < s.first_seen_ticks
                   or excluded.last_seen_ticks >= s.last_seen_ticks + ?
                   or excluded.last_seen_ticks / 36000000000 > s.last_seen_ticks / 36000000000
                   or merge_sighting_hours(s.hours, s.last_seen_ticks, excluded.hours, excluded.last_seen_ticks) <> s.hours
                   or merge_sighting_labels(%1$s, excluded.labels) <> s.labels
                returning s.tenant_id, s.kind, s.value, s.machine_id, s.first_seen_ticks)
            select cast(null as uuid) as tenant_id, null as kind, null as value, count(*) as number from stored
            union all
            select s.tenant_id, s.kind, s.value, min(s.first_seen_ticks) / 864000000000
            from stored s join told n on n.tenant_id = s.tenant_id and n.kind = s.kind and n.value = s.value
                and n.machine_id = s.machine_id and n.first = s.first_seen_ticks
            where s.first_seen_ticks / 864000000000 < floor(extract(epoch from now()) / 86400)
            group by s.tenant_id, s.kind, s.value
            """.formatted(LABELS);

    /// The files that were known without this SHA-256: whoever saw them counts for it from now on.
    private static final String NAMED_ANEW = """
            select f.tenant_id, f.hash from unnest(?, ?, ?) as n(tenant, hash, sha256)
            join file_fact f on f.tenant_id = cast(n.tenant as uuid) and f.hash = n.hash
            where n.sha256 <> '' and (f.sha256 is null or n.sha256 < f.sha256 collate "C")
            """;

    private static final String FILES =
            """
            insert into file_fact as f (tenant_id, hash, sha1, sha256, md5, size, is_pe, publisher, product_name, signer,
                issuer, signer_hash, is_valid_certificate, last_seen_day)
            select cast(n.tenant as uuid), n.hash, nullif(n.sha1, ''), nullif(n.sha256, ''), nullif(n.md5, ''),
                cast(nullif(n.size, '') as bigint), cast(n.pe as boolean), nullif(n.publisher, ''), nullif(n.product, ''),
                nullif(n.signer, ''), nullif(n.issuer, ''), nullif(n.signer_hash, ''),
                cast(nullif(n.valid, '') as boolean), cast(n.day as int)
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n(tenant, hash, sha1, sha256, md5, size, pe,
                publisher, product, signer, issuer, signer_hash, valid, day)
            on conflict (tenant_id, hash) do update set
                %1$s,
                last_seen_day = greatest(f.last_seen_day, excluded.last_seen_day)
            where row(%2$s, greatest(f.last_seen_day, excluded.last_seen_day))
                is distinct from row(%3$s, f.last_seen_day)
            """.formatted(merged(Merge::assigned), merged(Merge::value), merged(Merge::present));

    private static final String ACCOUNTS = """
            insert into user_fact as u (tenant_id, account_name, account_domain, account_sid, last_seen_day)
            select cast(n.tenant as uuid), n.name, n.domain, nullif(n.sid, ''), cast(n.day as int)
            from unnest(?, ?, ?, ?, ?) as n(tenant, name, domain, sid, day)
            on conflict (tenant_id, account_name, account_domain) do update set
                account_sid = least(u.account_sid, excluded.account_sid),
                last_seen_day = greatest(u.last_seen_day, excluded.last_seen_day)
            where least(u.account_sid, excluded.account_sid) is distinct from u.account_sid
               or excluded.last_seen_day > u.last_seen_day
            """;

    /// How one column of a file's facts is merged; `least` and `greatest` pass over what is not known.
    private record Merge(String column, String operation) {

        String value() {
            return operation.formatted(column);
        }

        String assigned() {
            return column + " = " + value();
        }

        String present() {
            return "f." + column;
        }
    }

    private final Statements statements;
    private final EventFeed feed;
    private final LateSightings lateSightings;

    SightingStore(Statements statements, EventFeed feed, LateSightings lateSightings) {
        this.statements = statements;
        this.feed = feed;
        this.lateSightings = lateSightings;
    }

    private static String merged(Function<Merge, String> part) {
        String least = "least(f.%1$s, excluded.%1$s)";
        String text = least.replace("f.%1$s", "f.%1$s collate \"C\"");
        return String.join(
                ", ",
                List.of(
                                new Merge("sha256", text),
                                new Merge("md5", text),
                                new Merge("size", "greatest(f.%1$s, excluded.%1$s)"),
                                new Merge("is_pe", "f.%1$s or excluded.%1$s"),
                                new Merge("publisher", text),
                                new Merge("product_name", text),
                                new Merge("signer", text),
                                new Merge("issuer", text),
                                new Merge("signer_hash", text),
                                new Merge("is_valid_certificate", least))
                        .stream()
                        .map(part)
                        .toList());
    }

    /// Sightings and position in one transaction: a crash repeats both or neither.
    ///
    /// @return how many rows changed
    @Transactional
    int store(SightingBatch batch, EventFeed.Stretch stretch) {
        List<LateSighting> late = new ArrayList<>(namedAnew(batch.files()));
        int changed =
                storeFiles(batch.files()) + storeAccounts(batch.accounts()) + storeSightings(batch.sightings(), late);
        if (!late.isEmpty()) {
            lateSightings.came(late);
        }
        feed.move(SightedEvents.CONSUMER, stretch);
        return changed;
    }

    private List<LateSighting> namedAnew(Map<SightingBatch.FileKey, SightingBatch.File> files) {
        var rows = files.entrySet();
        return rows.isEmpty()
                ? List.of()
                : statements.list(
                        NAMED_ANEW,
                        row -> new LateSighting(
                                row.getObject("tenant_id", UUID.class),
                                new EntityKey(EntityKind.File, row.getString("hash")),
                                0),
                        column(rows, row -> row.getKey().tenant()),
                        column(rows, row -> row.getKey().hash()),
                        column(rows, row -> row.getValue().fact().sha256()));
    }

    /// @param late where those are added that tell of days before today
    private int storeSightings(Map<Sighting.Key, Sighting> sightings, List<LateSighting> late) {
        record Row(UUID tenant, String kind, String value, int number) {}
        var rows = sightings.entrySet();
        List<Row> stored = statements.list(
                SIGHTINGS,
                row -> new Row(
                        row.getObject("tenant_id", UUID.class),
                        row.getString("kind"),
                        row.getString("value"),
                        row.getInt("number")),
                column(rows, row -> row.getKey().tenant()),
                column(rows, row -> row.getKey().key().kind()),
                column(rows, row -> row.getKey().key().value()),
                column(rows, row -> row.getKey().machineId()),
                column(rows, row -> row.getValue().first()),
                column(rows, row -> row.getValue().last()),
                column(rows, row -> row.getValue().bits()),
                column(
                        rows,
                        row -> String.join(
                                String.valueOf(SEPARATOR), row.getValue().labels())),
                NEWS_TICKS);
        int changed = 0;
        for (Row row : stored) {
            if (row.tenant() == null) {
                changed = row.number();
            } else {
                var key = new EntityKey(EntityKind.valueOf(row.kind()), row.value());
                late.add(new LateSighting(row.tenant(), key, row.number()));
            }
        }
        return changed;
    }

    private int storeFiles(Map<SightingBatch.FileKey, SightingBatch.File> files) {
        var rows = files.entrySet();
        return statements.update(
                FILES,
                column(rows, row -> row.getKey().tenant()),
                column(rows, row -> row.getKey().hash()),
                column(rows, row -> row.getValue().fact().sha1()),
                column(rows, row -> row.getValue().fact().sha256()),
                column(rows, row -> row.getValue().fact().md5()),
                column(rows, row -> row.getValue().fact().size()),
                column(rows, row -> row.getValue().fact().pe()),
                column(rows, row -> row.getValue().fact().publisher()),
                column(rows, row -> row.getValue().fact().productName()),
                column(rows, row -> row.getValue().fact().signer()),
                column(rows, row -> row.getValue().fact().issuer()),
                column(rows, row -> row.getValue().fact().signerHash()),
                column(rows, row -> row.getValue().fact().validCertificate()),
                column(rows, row -> row.getValue().day()));
    }

    private int storeAccounts(Map<SightingBatch.Account, SightingBatch.Seen> accounts) {
        var rows = accounts.entrySet();
        return statements.update(
                ACCOUNTS,
                column(rows, row -> row.getKey().tenant()),
                column(rows, row -> row.getKey().name()),
                column(rows, row -> row.getKey().domain()),
                column(rows, row -> row.getValue().sid()),
                column(rows, row -> row.getValue().day()));
    }

    private static <T> List<Object> column(Collection<T> rows, Function<T, Object> value) {
        return rows.stream().map(value).map(found -> found == null ? "" : found).toList();
    }
}
