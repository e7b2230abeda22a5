package io.tocsin.indicator.matching;

import io.tocsin.indicator.index.Hits;
import io.tocsin.indicator.index.IndicatorIndex;
import io.tocsin.indicator.index.KeyTable;
import io.tocsin.indicator.index.PrefixLengths;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Finds the indicators that speak of keys: the index says which could, their rows whether they do. Most values have
/// none,
/// and no question goes to the database for them. While a replica has no index, the database is asked by value.
@ApplicationScoped
class CandidateFinder {

    private final IndicatorIndex index;
    private final CandidateRepository rows;

    CandidateFinder(IndicatorIndex index, CandidateRepository rows) {
        this.index = index;
        this.rows = rows;
    }

    PrefixLengths prefixes(UUID tenant) {
        return index.table().map(table -> table.prefixes(tenant)).orElse(PrefixLengths.ALL);
    }

    /// @param each keys, some of them more than once
    Map<Lookup.Key, List<Candidate>> find(UUID tenant, List<List<Lookup.Key>> each) {
        List<Candidate> found = index.table()
                .map(table -> confirmed(table, tenant, each))
                .orElseGet(() -> rows.byValue(tenant, distinct(each)));
        if (found.isEmpty()) {
            return Map.of();
        }
        Set<Lookup.Key> keys = distinct(each);
        var byKey = new HashMap<Lookup.Key, List<Candidate>>();
        for (Candidate candidate : found) {
            var key = new Lookup.Key(candidate.type(), candidate.matchValue());
            if (keys.contains(key)) {
                byKey.computeIfAbsent(key, unused -> new ArrayList<>()).add(candidate);
            }
        }
        return byKey;
    }

    private static Set<Lookup.Key> distinct(List<List<Lookup.Key>> each) {
        Set<Lookup.Key> keys = new LinkedHashSet<>();
        each.forEach(keys::addAll);
        return keys;
    }

    private List<Candidate> confirmed(KeyTable table, UUID tenant, List<List<Lookup.Key>> each) {
        Set<Long> ids = ids(table, tenant, each);
        List<Candidate> found = rows.byId(tenant, ids);
        if (found.size() < ids.size()) {
            var gone = new HashSet<>(ids);
            found.forEach(candidate -> gone.remove(candidate.id()));
            index.forget(
                    gone.stream().map(id -> KeyTable.Change.removed(tenant, id)).toList());
        }
        return found;
    }

    private static Set<Long> ids(KeyTable table, UUID tenant, List<List<Lookup.Key>> each) {
        int count = 0;
        for (List<Lookup.Key> keys : each) {
            count += keys.size();
        }
        long[] hashes = new long[count * 2];
        int at = 0;
        for (List<Lookup.Key> keys : each) {
            for (Lookup.Key key : keys) {
                table.hash().hash(tenant, key.type(), key.value(), hashes, at);
                at += 2;
            }
        }
        var hits = new Hits();
        table.find(hashes, count, hits);
        var ids = new LinkedHashSet<Long>();
        for (int i = 0; i < hits.size(); i++) {
            ids.add(hits.id(i));
        }
        return ids;
    }
}
