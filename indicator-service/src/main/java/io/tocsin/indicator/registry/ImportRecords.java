package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Records of a table with a header, its columns those of the console's import (contract 50 §4) and of the entity, in
/// any
/// case and order. Line 1 is the header.
final class ImportRecords implements ImportSource {

    private static final Map<String, String> ALIASES = Map.of("rbacgroups", "rbacgroupnames");
    private static final Set<String> COLUMNS = Set.of(
            "indicatortype",
            "indicatorvalue",
            "action",
            "title",
            "description",
            "expirationtime",
            "severity",
            "recommendedactions",
            "rbacgroupnames",
            "rbacgroupids",
            "category",
            "mitretechniques",
            "generatealert",
            "application",
            "educateurl",
            "bypassdurationhours",
            "externalid");

    private final CsvReader records;
    private final List<String> header;
    private final boolean commented;
    private long number = 1;

    /// @throws ProblemException when there is no header that names a value
    ImportRecords(InputStream body) throws IOException {
        this(body, List.of());
    }

    /// @param columns when the table has no header of its own that says what they are; then lines that begin with `#`
    /// are passed over
    ImportRecords(InputStream body, List<String> columns) throws IOException {
        records = new CsvReader(body);
        commented = !columns.isEmpty();
        List<String> names = columns.isEmpty() ? records.next() : columns;
        if (names == null) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The table has no header");
        }
        header = names.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .map(name -> ALIASES.getOrDefault(name, name))
                .toList();
        if (!header.contains("indicatorvalue")) {
            throw new ProblemException(
                    CommonProblem.INVALID_REQUEST_BODY,
                    "The table has no column indicatorValue; it may have "
                            + COLUMNS.stream().sorted().collect(Collectors.joining(", ")));
        }
    }

    @Override
    public Item next() throws IOException {
        List<String> record = records.next();
        while (commented && record != null && record.getFirst().startsWith("#")) {
            number++;
            record = records.next();
        }
        if (record == null) {
            return null;
        }
        number++;
        if (record == CsvReader.TOO_LONG || record.size() > header.size()) {
            return refused("The record is too long, or has more fields than the header");
        }
        var fields = new TreeMap<String, String>();
        for (int i = 0; i < record.size(); i++) {
            if (!record.get(i).isBlank()) {
                fields.put(header.get(i), record.get(i).strip());
            }
        }
        try {
            return new Item(number, request(fields), null);
        } catch (IllegalArgumentException wrong) {
            return refused(wrong.getMessage());
        }
    }

    private Item refused(String why) {
        return new Item(number, null, new ProblemException(CommonProblem.INVALID_INPUT, why));
    }

    private static SubmitIndicatorRequest request(Map<String, String> fields) {
        return new SubmitIndicatorRequest(
                fields.get("indicatorvalue"),
                fields.get("indicatortype"),
                fields.get("action"),
                fields.get("title"),
                fields.get("description"),
                fields.get("severity"),
                fields.get("application"),
                fields.containsKey("expirationtime") ? WireTime.parse(fields.get("expirationtime")) : null,
                fields.get("recommendedactions"),
                node(fields.get("rbacgroupnames")),
                node(fields.get("rbacgroupids")),
                truth(fields.get("generatealert")),
                fields.get("educateurl"),
                number(fields.get("bypassdurationhours")),
                fields.get("externalid"),
                node(fields.get("category")),
                node(fields.get("mitretechniques")));
    }

    private static JsonNode node(String text) {
        return text == null ? null : TextNode.valueOf(text);
    }

    private static Boolean truth(String text) {
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }

    private static Integer number(String text) {
        try {
            return text == null ? null : Integer.valueOf(text);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException("'" + text + "' is not a number", wrong);
        }
    }
}
