package io.tocsin.testkit.schema;

import io.tocsin.testkit.schema.Catalogue.Column;
import io.tocsin.testkit.schema.Catalogue.Constraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What of a schema's changes the services of the release before cannot live with (docs/adr/020): they read and write
/// what they know, as they know it, with the rights they had.
final class WhatTheReleaseBeforeMinds {

    private static final Pattern LITERAL = Pattern.compile("'((?:[^']|'')*)'");

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
                .filter(right -> !now.rights().contains(right))
                .forEach(right -> difference.findings.add("taken away: " + right));
        difference.known.files().forEach((table, file) -> {
            if (!file.equals(now.files().getOrDefault(table, file))) {
                difference.findings.add("written anew while it is locked: " + table);
            }
        });
        return difference.findings;
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
            if (before.filledByItself() && !after.filledByItself()) {
                findings.add("gone: default of column " + name);
            }
        });
        now.columns().forEach((name, column) -> {
            if (isKnown(name) && !known.columns().containsKey(name) && column.notNull() && !column.filledByItself()) {
                findings.add("narrowed: new column " + name + " is not null and has no default");
            }
        });
    }

    private void constraints() {
        known.constraints().forEach((name, before) -> {
            Constraint after = now.constraints().get(name);
            if (after == null) {
                if ("pux".indexOf(before.kind()) >= 0) {
                    findings.add("gone: " + name + ", which an insert may name for its conflicts");
                }
            } else if (!before.definition().equals(after.definition()) && !isWider(before, after)) {
                findings.add("changed: " + name + " from " + before.definition() + " to " + after.definition());
            }
        });
        now.constraints().forEach((name, constraint) -> {
            boolean speaksOfKnown = constraint.columns().stream()
                    .allMatch(column -> known.columns().containsKey(table(name) + "." + column));
            if (isKnown(name) && !known.constraints().containsKey(name) && speaksOfKnown && constraint.validated()) {
                findings.add("narrowed: " + name + " " + constraint.definition());
            }
        });
    }

    /// A check that allows more values of a state than before.
    private static boolean isWider(Constraint before, Constraint after) {
        Set<String> values = literals(before);
        return before.kind() == 'c' && !values.isEmpty() && literals(after).containsAll(values);
    }

    private static Set<String> literals(Constraint constraint) {
        return LITERAL.matcher(constraint.definition())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    private boolean isKnown(String name) {
        return known.relations().containsKey(table(name));
    }

    private static String table(String name) {
        return name.substring(0, name.indexOf('.'));
    }
}
