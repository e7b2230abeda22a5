package io.tocsin.odata;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.ListArbitrary;

/// Makes up filters over the sample's properties, with values that its rows hold or nearly hold.
final class Asks {

    private static final Ask.Property TITLE = new Ask.Property("title", Ask.Type.TEXT);
    private static final Ask.Property GENERATE_ALERT = new Ask.Property("generateAlert", Ask.Type.TRUTH);

    private static final List<Ask.Property> PROPERTIES = List.of(
            new Ask.Property("id", Ask.Type.TEXT),
            TITLE,
            new Ask.Property("computerDnsName", Ask.Type.ANY_CASE),
            new Ask.Property("assignedTo", Ask.Type.ANY_CASE),
            new Ask.Property("incidentId", Ask.Type.NUMBER),
            GENERATE_ALERT,
            new Ask.Property("alertCreationTime", Ask.Type.TIME),
            new Ask.Property("resolvedTime", Ask.Type.TIME),
            new Ask.Property("severity", Ask.Type.CHOICE),
            new Ask.Property("status", Ask.Type.CHOICE),
            new Ask.Property("actionId", Ask.Type.GUID));

    private static final List<Ask.Property> OF_A_TAG = List.of(new Ask.Property(Ask.Any.ELEMENT, Ask.Type.TEXT));

    private static final List<Ask.Property> OF_EVIDENCE = List.of(
            new Ask.Property("sha256", Ask.Type.TEXT),
            new Ask.Property("fileName", Ask.Type.ANY_CASE),
            new Ask.Property("processId", Ask.Type.NUMBER),
            new Ask.Property("evidenceCreationTime", Ask.Type.TIME),
            new Ask.Property("entityType", Ask.Type.CHOICE));

    private static final Map<String, List<String>> CHOICES = Map.of(
            "severity", List.of("Informational", "Low", "Medium", "High"),
            "status", List.of("New", "InProgress", "Resolved"),
            "entityType", List.of("File", "Process", "Ip"));

    private static final List<String> TEXTS = List.of(
            "x",
            "X",
            "xa",
            "a",
            "b",
            "",
            "it's",
            "'",
            "%",
            "_",
            "\\",
            "100%_\\done",
            "Zürich",
            "東",
            "🚨",
            "pc1",
            "PC1",
            "a@b",
            "A@B",
            "aa",
            "upd.EXE",
            "7",
            "a b",
            "a+b",
            "\"");

    private static final List<String> TIMES = List.of(
            "2018-07-31T23:59:59.9999999Z",
            "2018-08-01Z",
            "2025-12-31T23:59:59.9999999Z",
            "2026-01-01Z",
            "2026-01-01T00:00:00.0000001Z",
            "2026-01-01T12:30Z",
            "2026-06-01Z");

    private Asks() {}

    static Arbitrary<Ask> asks() {
        Arbitrary<Ask> simple = Arbitraries.frequencyOf(
                Tuple.of(8, simple(PROPERTIES)),
                Tuple.of(1, any("machineTags", OF_A_TAG)),
                Tuple.of(1, any("evidence", OF_EVIDENCE)),
                Tuple.of(1, Arbitraries.of(new Ask.Some("machineTags"), new Ask.Some("evidence"))),
                Tuple.of(1, Arbitraries.just((Ask) new Ask.Flag(GENERATE_ALERT))));
        return composed(simple, 3);
    }

    private static Arbitrary<Ask> any(String collection, List<Ask.Property> properties) {
        return composed(simple(properties), 1).map(element -> new Ask.Any(collection, element));
    }

    private static Arbitrary<Ask> composed(Arbitrary<Ask> part, int depth) {
        if (depth == 0) {
            return part;
        }
        Arbitrary<Ask> inner = composed(part, depth - 1);
        ListArbitrary<Ask> several = inner.list().ofMinSize(2).ofMaxSize(3);
        return Arbitraries.frequencyOf(
                Tuple.of(4, part),
                Tuple.of(2, several.map(Ask.All::new)),
                Tuple.of(2, several.map(Ask.Either::new)),
                Tuple.of(2, inner.map(Ask.Not::new)),
                Tuple.of(1, Combinators.combine(inner, bool(), bool()).as(Ask.Truth::new)));
    }

    private static Arbitrary<Boolean> bool() {
        return Arbitraries.of(true, false);
    }

    private static Arbitrary<Ask> simple(List<Ask.Property> properties) {
        return Arbitraries.of(properties).flatMap(Asks::simple);
    }

    private static Arbitrary<Ask> simple(Ask.Property property) {
        boolean textual = property.type() == Ask.Type.TEXT || property.type() == Ask.Type.ANY_CASE;
        boolean ordered = textual
                || property.type() == Ask.Type.NUMBER
                || property.type() == Ask.Type.TIME
                || property.type() == Ask.Type.GUID;
        Arbitrary<Ask.Term> plain = Arbitraries.just(new Ask.Term(property, ""));
        Arbitrary<Ask.Term> term = property.type() == Ask.Type.TEXT
                ? Arbitraries.of("", "", "tolower", "toupper").map(fold -> new Ask.Term(property, fold))
                : plain;
        Arbitrary<Object> value = value(property);
        Arbitrary<String> operator =
                ordered ? Arbitraries.of("eq", "ne", "gt", "ge", "lt", "le") : Arbitraries.of("eq", "ne");
        Arbitrary<Ask> compare = Combinators.combine(term, operator, value).as(Ask.Compare::new);
        Arbitrary<Ask> missing = Combinators.combine(plain, Arbitraries.of("eq", "ne"))
                .as((it, sign) -> new Ask.Compare(it, sign, null));
        Arbitrary<Ask> in = Combinators.combine(
                        term, value.injectNull(0.1).list().ofMinSize(1).ofMaxSize(4))
                .as(Ask.In::new);
        Arbitrary<Ask> match = Combinators.combine(
                        Arbitraries.of("contains", "startswith", "endswith"), term, Arbitraries.of(TEXTS))
                .as(Ask.Match::new);
        return Arbitraries.frequencyOf(
                Tuple.of(5, compare), Tuple.of(1, missing), Tuple.of(2, in), Tuple.of(textual ? 3 : 0, match));
    }

    private static Arbitrary<Object> value(Ask.Property property) {
        return switch (property.type()) {
            case TEXT, ANY_CASE -> oneOf(TEXTS);
            case NUMBER -> oneOf(List.of(5L, 6L, 7L, -7L, 0L, 4L, 7312L, Long.MAX_VALUE, Long.MIN_VALUE));
            case TIME -> oneOf(TIMES.stream().map(Sample::ticks).toList());
            case GUID ->
                oneOf(Stream.of(Sample.ACTION, Sample.OTHER_ACTION, "ffffffff-0000-0000-0000-000000000000")
                        .map(UUID::fromString)
                        .toList());
            case TRUTH -> oneOf(List.of(true, false));
            case CHOICE -> oneOf(CHOICES.get(property.name()));
        };
    }

    private static Arbitrary<Object> oneOf(List<?> values) {
        return Arbitraries.of(values).map(value -> value);
    }
}
