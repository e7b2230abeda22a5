package io.tocsin.indicator.registry;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.Permission;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.indicator.index.IndicatorIndex;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Creates, updates, lists and deletes indicators. With `Ti.ReadWrite` alone an application has only what it created
/// (contract 50 §2).
@ApplicationScoped
class IndicatorService {

    static final EntityModel MODEL = EntityModel.named("Indicators")
            .entity(IndicatorView.class)
            .string("application", "application")
            .string("createdByDisplayName", "created_by_display_name")
            .time("expirationTime", "expiration_ticks")
            .bool("generateAlert", "generate_alert")
            .string("title", "title")
            .strings("rbacGroupNames", "rbac_group_names")
            .strings("rbacGroupIds", "rbac_group_ids")
            .caseInsensitiveString("indicatorValue", "indicator_value")
            .enumeration(
                    "indicatorType",
                    "indicator_type",
                    Stream.of(IndicatorType.values()).map(Enum::name).toList())
            .time("creationTimeDateTimeUtc", "creation_ticks")
            .string("createdBy", "created_by")
            .enumeration(
                    "action",
                    "action",
                    Stream.of(IndicatorAction.values()).map(Enum::name).toList())
            .enumeration("severity", "severity", List.of("Informational", "Low", "Medium", "High"))
            .longNumber("id", "id")
            .strings("mitreTechniques", "mitre_techniques")
            .required(
                    "generateAlert",
                    "title",
                    "indicatorValue",
                    "indicatorType",
                    "creationTimeDateTimeUtc",
                    "createdBy",
                    "action",
                    "severity",
                    "id")
            .defaultOrder("id")
            .build();

    /// An id as it is answered: no other spelling names an indicator.
    static final Pattern ID = Pattern.compile("[1-9]\\d{0,17}");

    record Page(List<IndicatorView> indicators, Long count) {}

    private final IndicatorRepository indicators;
    private final Room room;
    private final Audit audit;
    private final IndicatorIndex index;
    private final GroupReach groups;
    private final WarningRepository warnings;

    IndicatorService(
            IndicatorRepository indicators,
            Room room,
            Audit audit,
            IndicatorIndex index,
            GroupReach groups,
            WarningRepository warnings) {
        this.indicators = indicators;
        this.room = room;
        this.audit = audit;
        this.index = index;
        this.groups = groups;
        this.warnings = warnings;
    }

    @Transactional
    Page list(Caller caller, ODataQuery query) {
        WireTime now = WireTime.now();
        List<IndicatorView> page = indicators.page(caller.tenant(), owner(caller), query, now).stream()
                .map(IndicatorView::of)
                .toList();
        Long count = query.countWanted() ? indicators.count(caller.tenant(), owner(caller), query, now) : null;
        return new Page(page, count);
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return indicators.count(caller.tenant(), owner(caller), query, WireTime.now());
    }

    @Transactional
    IndicatorView submit(Caller caller, SubmitIndicatorRequest request, CheckedIndicator.Form form) {
        return IndicatorView.of(stored(caller, CheckedIndicator.of(request, WireTime.now(), form)));
    }

    /// By our own door, where warnings are heeded.
    @Transactional
    IndicatorView submitOwn(Caller caller, SubmitIndicatorRequest request, boolean override) {
        CheckedIndicator checked = CheckedIndicator.of(request, WireTime.now(), CheckedIndicator.Form.OWN);
        return IndicatorView.of(stored(caller, checked.heeding(warnings.warnings(caller.tenant()), override)));
    }

    private IndicatorEntity stored(Caller caller, CheckedIndicator checked) {
        WireTime now = WireTime.now();
        while (true) {
            IndicatorEntity before = indicators.lock(caller.tenant(), checked).orElse(null);
            if (before != null) {
                requireOwned(caller, before);
                return recorded(
                        caller,
                        new IndicatorChange(before, indicators.replace(caller, before, checked, now)),
                        checked.overridden());
            }
            Optional<IndicatorEntity> created = indicators.create(caller, checked, now);
            if (created.isPresent()) {
                room.require(caller.tenant(), created.get().id);
                return recorded(caller, new IndicatorChange(null, created.get()), checked.overridden());
            }
        } // somebody else was first with it: now it is there to be locked
    }

    private IndicatorEntity recorded(Caller caller, IndicatorChange change, boolean overridden) {
        Map<String, Object> detail = change.detail();
        if (overridden) {
            detail.put("overridden", true);
        }
        audit.record(caller.tenant(), caller.name(), "indicator.submit", Long.toString(change.id()), detail);
        index.willChange(List.of(change.forIndex()));
        return change.after();
    }

    private static void requireOwned(Caller caller, IndicatorEntity it) {
        String owner = owner(caller);
        if (owner != null && !owner.equals(it.createdBy)) {
            throw new ProblemException(
                    CommonProblem.FORBIDDEN, "Another application owns the indicator of this value and action");
        }
    }

    @Transactional
    void delete(Caller caller, String id) {
        IndicatorEntity deleted = (ID.matcher(id).matches()
                        ? indicators.delete(caller.tenant(), owner(caller), Long.parseLong(id))
                        : Optional.<IndicatorEntity>empty())
                .orElseThrow(() -> new ProblemException(
                        IndicatorProblem.INDICATOR_NOT_FOUND, "Indicator " + id + " was not found"));
        var change = new IndicatorChange(deleted, null);
        audit.record(caller.tenant(), caller.name(), "indicator.delete", id, change.detail());
        index.willChange(List.of(change.forIndex()));
    }

    /// All of them or none.
    @Transactional
    void deleteAll(Caller caller, Collection<String> ids) {
        var numbers = new LinkedHashSet<Long>();
        for (String id : ids) {
            if (!ID.matcher(id).matches()) {
                throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + id + "' is not the id of an indicator");
            }
            numbers.add(Long.parseLong(id));
        }
        List<IndicatorEntity> deleted = indicators.deleteAll(caller.tenant(), owner(caller), numbers);
        if (deleted.size() < numbers.size()) {
            deleted.forEach(it -> numbers.remove(it.id));
            throw new ProblemException(
                    IndicatorProblem.INDICATOR_NOT_FOUND,
                    "Indicator " + numbers.getFirst() + " was not found; none was deleted");
        }
        groups.requireReached(caller, deleted);
        List<IndicatorChange> changes =
                deleted.stream().map(it -> new IndicatorChange(it, null)).toList();
        var details = new LinkedHashMap<String, Map<String, Object>>();
        changes.forEach(change -> details.put(Long.toString(change.id()), change.detail()));
        audit.recordEach(caller.tenant(), caller.name(), "indicator.delete", details);
        index.willChange(changes.stream().map(IndicatorChange::forIndex).toList());
    }

    static String owner(Caller caller) {
        return caller.has(Permission.TI_READ_WRITE_ALL) ? null : caller.name();
    }
}
