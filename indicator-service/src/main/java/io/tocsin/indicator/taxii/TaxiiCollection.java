package io.tocsin.indicator.taxii;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A part of the registry: all of it, what one action has, or what one device group has.
///
/// @param name what its id is made of
/// @param actions null: any
/// @param group null: any
/// @param action what an object gets that was sent here and does not say its own; null where nothing is sent
record TaxiiCollection(String name, String title, List<String> actions, String group, String action) {

    static final String OBJECTS = "application/stix+json;version=2.1";

    private static final List<TaxiiCollection> FIXED = List.of(
            new TaxiiCollection("all", "All indicators", null, null, "Audit"),
            new TaxiiCollection("allowed", "Allowed", List.of("Allowed"), null, "Allowed"),
            new TaxiiCollection("audit", "Audited", List.of("Audit", "Alert"), null, "Audit"),
            new TaxiiCollection("warn", "Warned of", List.of("Warn"), null, "Warn"),
            new TaxiiCollection("block", "Blocked", List.of("Block"), null, "Block"),
            new TaxiiCollection(
                    "block-and-remediate",
                    "Blocked and remediated",
                    List.of("BlockAndRemediate", "AlertAndBlock"),
                    null,
                    "BlockAndRemediate"));

    /// What indicators have matched, as sightings.
    static final TaxiiCollection SIGHTINGS =
            new TaxiiCollection("sightings", "Sightings of indicators", null, null, null);

    static Stream<TaxiiCollection> all(List<String> groups) {
        return Stream.concat(
                Stream.concat(FIXED.stream(), Stream.of(SIGHTINGS)),
                groups.stream()
                        .map(group -> new TaxiiCollection(
                                "group-" + group.toLowerCase(Locale.ROOT),
                                "Of device group " + group,
                                null,
                                group,
                                null)));
    }

    String id(UUID tenant) {
        return StixId.collection(tenant, name);
    }

    boolean isOfSightings() {
        return this == SIGHTINGS;
    }

    boolean isCalled(UUID tenant, String text) {
        return name.equals(text) || id(tenant).equals(text);
    }

    TaxiiView.Collection view(UUID tenant, boolean mayWrite) {
        return new TaxiiView.Collection(
                id(tenant),
                title,
                title + (action == null ? "" : "; what is sent here without an action of its own becomes " + action),
                name.chars()
                        .mapToObj(c -> Character.isLetterOrDigit(c) ? Character.toString(c) : "-")
                        .collect(Collectors.joining()),
                true,
                mayWrite && action != null,
                List.of(OBJECTS));
    }

    /// A condition on rows of `indicator` called `i`; its one parameter, where it has one, is [#group].
    String condition() {
        if (group != null) {
            return "lower(?) = any(select lower(n) from unnest(i.rbac_group_names) n)";
        }
        return actions == null
                ? "true"
                : "i.action in (" + actions.stream().map(it -> "'" + it + "'").collect(Collectors.joining(", ")) + ")";
    }
}
