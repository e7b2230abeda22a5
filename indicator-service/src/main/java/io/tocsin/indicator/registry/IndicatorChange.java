package io.tocsin.indicator.registry;

import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.KeyTable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// A row before and after what was done to it; one of them is null when it is new or deleted.
record IndicatorChange(IndicatorEntity before, IndicatorEntity after) {

    long id() {
        return any().id;
    }

    boolean isNew() {
        return before == null;
    }

    boolean changesNothing() {
        return properties(before).equals(properties(after));
    }

    KeyTable.Change forIndex() {
        return after == null
                ? KeyTable.Change.removed(before.tenantId, before.id)
                : new KeyTable.Change(
                        after.tenantId, after.id, IndicatorType.valueOf(after.indicatorType), after.matchValue);
    }

    private IndicatorEntity any() {
        return after == null ? before : after;
    }

    /// What the audit says: all of an indicator that is new or deleted, but of one that was there and still is, only
    /// what was replaced. Feeds are sent again and again, and mostly nothing differs.
    Map<String, Object> detail() {
        Map<String, Object> old = before == null ? null : properties(before);
        Map<String, Object> now = after == null ? null : properties(after);
        if (old == null) {
            now.values().removeIf(Objects::isNull);
        } else if (now == null) {
            old.values().removeIf(Objects::isNull);
        } else {
            var same = new HashSet<>(old.entrySet());
            same.retainAll(now.entrySet());
            old.entrySet().removeAll(same);
            now.entrySet().removeAll(same);
        }
        var detail = new LinkedHashMap<String, Object>();
        detail.put("type", any().indicatorType);
        detail.put("value", any().matchValue);
        detail.put("action", any().action);
        if (after == null) {
            detail.put("createdTicks", before.creationTime.ticks());
        }
        detail.put("before", old);
        detail.put("after", now);
        return detail;
    }

    /// What is said of an indicator, but for what it does not have.
    static Map<String, Object> known(IndicatorEntity it) {
        Map<String, Object> known = properties(it);
        known.values().removeIf(Objects::isNull);
        return known;
    }

    private static Map<String, Object> properties(IndicatorEntity it) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("indicatorValue", it.indicatorValue);
        properties.put("createdBy", it.createdBy);
        properties.put("severity", it.severity);
        properties.put("category", it.category);
        properties.put("application", it.application);
        properties.put("educateUrl", it.educateUrl);
        properties.put("bypassDurationHours", it.bypassDurationHours);
        properties.put("title", it.title);
        properties.put("description", it.description);
        properties.put("recommendedActions", it.recommendedActions);
        properties.put("expirationTime", it.expirationTime);
        properties.put("rbacGroupNames", it.rbacGroupNames);
        properties.put("rbacGroupIds", it.rbacGroupIds);
        properties.put("mitreTechniques", it.mitreTechniques);
        properties.put("generateAlert", it.generateAlert);
        properties.put("externalId", it.externalId);
        return properties;
    }
}
