package io.tocsin.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/// values.yaml read as its own reference: a `# --` comment above a value describes it, whatever lies below.
record ValuesReference(List<Value> values, List<String> sections, List<String> undescribed) {

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z][A-Za-z0-9]*):(.*)");

    record Value(String path, String description, String otherwise) {}

    private record Open(int indent, String path, boolean isDescribed) {}

    static ValuesReference ofTheChart() {
        var text = Yaml.read(Chart.FOLDER.resolve("values.yaml"));
        var defaults = Yaml.object(text);
        var values = new ArrayList<Value>();
        var sections = new ArrayList<>(List.of(""));
        var undescribed = new ArrayList<String>();
        Deque<Open> open = new ArrayDeque<>();
        var comment = new StringBuilder();
        for (var line : text.lines().toList()) {
            var stripped = line.strip();
            if (stripped.startsWith("# --")) {
                comment.setLength(0);
                comment.append(stripped.substring(4).strip());
                continue;
            }
            if (stripped.startsWith("#") && !comment.isEmpty()) {
                comment.append(' ').append(stripped.substring(1).strip());
                continue;
            }
            var key = KEY.matcher(line);
            if (!key.matches()) {
                continue;
            }
            var indent = key.group(1).length();
            while (!open.isEmpty() && open.peek().indent() >= indent) {
                open.pop();
            }
            if (open.stream().anyMatch(Open::isDescribed)) {
                continue;
            }
            var path = open.isEmpty() ? key.group(2) : open.peek().path() + "." + key.group(2);
            var value = defaults.at("/" + path.replace('.', '/'));
            var isDescribed = !comment.isEmpty();
            if (isDescribed) {
                values.add(new Value(path, comment.toString(), written(value)));
            } else if (value.isObject() && !value.isEmpty()) {
                sections.add(path);
            } else {
                undescribed.add(path);
            }
            comment.setLength(0);
            open.push(new Open(indent, path, isDescribed));
        }
        return new ValuesReference(values, sections, undescribed);
    }

    /// The table of README.md.
    String table() {
        var table = new StringBuilder("\n| value | default | |\n|---|---|---|\n");
        values.forEach(value -> table.append("| `%s` | `%s` | %s |\n"
                .formatted(value.path(), value.otherwise(), value.description().replace("|", "\\|"))));
        return table.append('\n').toString();
    }

    private static String written(JsonNode value) {
        return value.isTextual() && !value.asText().isEmpty() ? value.asText() : value.toString();
    }
}
