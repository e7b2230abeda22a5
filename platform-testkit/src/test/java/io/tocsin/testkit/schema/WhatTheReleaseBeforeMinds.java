package io.tocsin.testkit.schema;

import io.tocsin.testkit.schema.Catalogue.Column;
import io.tocsin.testkit.schema.Catalogue.Constraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What of a schema's changes the services of the release before cannot live with (docs/adr/020): they read and write
/// what they know, as they know it, with the rights they had.
final class WhatTheReleaseBeforeMinds {

    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'");

    /// As PostgreSQL says `check (status in ('New', 'Resolved'))`, of one value or of several.
    private static final Pattern ONE_OF = Pattern.compile(
            "CHECK \\(\\((?<column>\\w+) = (?:ANY \\(ARRAY\\[)?(?<values>%1$s::text(?:, %1$s::text)*)(?:\\]\\))?\\)\\)(?: NOT VALID)?"
                    .formatted(LITERAL));

    /// A feed's position is the transaction's id, shifted in a database that was restored (docs/adr/024).
    private static final Map<String, String> SAME_DEFAULT = Map.of("pg_current_xact_id()", "feed_position()");

    private final Catalogue known;
    private final Catalogue now;
    private final List<String> findings = new ArrayList<>();

    private WhatTheReleaseBeforeMinds(Catalogue known, Catalogue now) {
        this.known = known;
        this.now = now;
    }

    /// @param known the schema of the release before
    /// @param now the schema after migrations, or in the midst of them
    static List<String> of(Catalogue known, Catalogue now) {
        var difference = new WhatTheReleaseBeforeMinds(known, now);
        difference.gone("table or view", known.relations(), now.relations());
        difference.gone("function", known.routines(), now.routines());
        difference.gone("trigger", known.triggers(), now.triggers());
        difference.columns();
        difference.constraints();
        difference.known.rights().stream()
                .filter(right -> !now.rights().contains(right) && now.has(subject(right)))
                .forEach(right -> difference.findings.add("taken away: " + right));
        difference.known.files().forEach((table, file) -> {
            if (!file.equals(now.files().getOrDefault(table, file))) {
                difference.findings.add("written anew while it is locked: " + table);
            }
        });
        return difference.findings;
    }

    private static String subject(String right) {
        return right.replaceFirst("^\\S+ may (?:use the|\\S+) ", "");
    }

    private void gone(String kind, Map<String, String> before, Map<String, String> after) {
        before.forEach((name, form) -> {
            if (!after.containsKey(name)) {
                findings.add("gone: " + kind + " " + name);
            } else if (!form.equals(after.get(name))) {
                findings.add("changed: " + kind + " " + name + " from " + form + " to " + after.get(name));
            }
        });
    }

    private void columns() {
        known.columns().forEach((name, before) -> {
            Column after = now.columns().get(name);
            if (after == null) {
                findings.add("gone: column " + name);
                return;
            }
            if (!before.type().equals(after.type())) {
                findings.add("changed: column " + name + " from " + before.type() + " to " + after.type());
            }
            if (after.notNull() && !before.notNull()) {
                findings.add("narrowed: column " + name + " is not null");
            }
            if (before.filledWith() != null && after.filledWith() == null) {
                findings.add("gone: default of column " + name);
            } else if (!means(before.filledWith(), after.filledWith()) && !before.mustBeGiven()) {
                findings.add("changed: default of column " + name + " from " + before.filledWith() + " to "
                        + after.filledWith());
            }
        });
        now.columns().forEach((name, column) -> {
            if (isKnown(name) && !known.columns().containsKey(name) && column.mustBeGiven()) {
                findings.add("narrowed: new column " + name + " is not null and has no default");
            }
        });
    }

    private static boolean means(String before, String after) {
        return Objects.equals(before, after)
                || after != null && before != null && after.equals(SAME_DEFAULT.get(before));
    }

    private void constraints() {
        known.constraints().forEach((name, before) -> {
            Constraint after = now.constraints().get(name);
            if (after == null) {
                if ("pux".indexOf(before.kind()) >= 0) {
                    findings.add("gone: " + name + ", which an insert may name for its conflicts");
                } else if (before.kind() == 'f' && before.definition().contains(" ON ")) {
                    findings.add("gone: " + name + " " + before.definition());
                }
            } else if (!before.definition().equals(after.definition()) && !isWider(before, after)) {
                findings.add("changed: " + name + " from " + before.definition() + " to " + after.definition());
            }
        });
        // Whether they were validated or not: what is written is held to them from now on.
        now.constraints().forEach((name, constraint) -> {
            if (isKnown(name) && !known.constraints().containsKey(name) && !allowsWhatIsWritten(name, constraint)) {
                findings.add("narrowed: " + name + " " + constraint.definition());
            }
        });
    }

    /// Of columns the release before does not know it writes the defaults: a check of these alone is asked whether it
    /// allows
    /// them, and any other constraint holds for no row with a null in one of them.
    private boolean allowsWhatIsWritten(String name, Constraint constraint) {
        Set<String> unknown = constraint.columns().stream()
                .map(column -> table(name) + "." + column)
                .filter(column -> !known.columns().containsKey(column))
                .collect(Collectors.toSet());
        if (constraint.kind() == 'c') {
            return unknown.size() == constraint.columns().size() && constraint.allowsDefaults();
        }
        return unknown.stream().anyMatch(column -> now.columns().get(column).filledWith() == null);
    }

    /// A check that allows more values of one column than before, and says nothing else.
    private static boolean isWider(Constraint before, Constraint after) {
        if (before.kind() != 'c' || after.kind() != 'c') {
            return false;
        }
        var was = ONE_OF.matcher(before.definition());
        var is = ONE_OF.matcher(after.definition());
        return was.matches()
                && is.matches()
                && was.group("column").equals(is.group("column"))
                && literals(is.group("values")).containsAll(literals(was.group("values")));
    }

    private static Set<String> literals(String values) {
        return LITERAL.matcher(values).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private boolean isKnown(String name) {
        return known.relations().containsKey(table(name));
    }

    private static String table(String name) {
        return name.substring(0, name.indexOf('.'));
    }
}
