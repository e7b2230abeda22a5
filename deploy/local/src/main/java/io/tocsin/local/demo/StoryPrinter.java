package io.tocsin.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/// Writes an incident and its story the way a person reads them: what it is about, why the alerts belong together, the
/// process trees, and then what happened in order.
final class StoryPrinter {

    private static final int LONGEST_TIMELINE = 60;
    private static final int LONGEST_DETAIL = 8;
    private static final int WIDEST = 150;

    private final Consumer<String> out;

    StoryPrinter(Consumer<String> out) {
        this.out = out;
    }

    void print(JsonNode story) {
        out.accept("");
        out.accept("Incident %s  %s".formatted(text(story, "incidentId"), text(story, "incidentName")));
        out.accept("  %s, %s; machines: %s"
                .formatted(
                        text(story, "severity"),
                        text(story, "status"),
                        String.join(", ", texts(story.path("machines"), "computerDnsName"))));
        printAlerts(story.path("alerts"));
        for (var machine : story.path("processTrees")) {
            out.accept("");
            out.accept("  Processes on " + text(machine, "computerDnsName"));
            var roots = machine.path("roots");
            for (var i = 0; i < roots.size(); i++) {
                printProcess(roots.get(i), "    ", i == roots.size() - 1, true);
            }
        }
        printTimeline(story.path("timeline"));
        out.accept("");
    }

    private void printAlerts(JsonNode alerts) {
        out.accept("");
        out.accept("  Alerts");
        for (var alert : alerts) {
            var from = text(alert, "source").isEmpty() ? text(alert, "detectionSource") : text(alert, "source");
            out.accept("    %-13s %s  [%s; %s]"
                    .formatted(
                            text(alert, "severity"),
                            text(alert, "title"),
                            from + (alert.path("external").asBoolean() ? ", external" : ""),
                            text(alert, "status")));
            out.accept("    %-13s %s  %s"
                    .formatted("", time(alert.path("firstEventTime")), text(alert, "computerDnsName")));
            for (var why : alert.path("why")) {
                out.accept("    %-13s here because: %s".formatted("", reason(text(why, "rule"), text(why, "detail"))));
            }
        }
    }

    private static String reason(String rule, String detail) {
        var sentence = switch (rule) {
            case "First" -> "it opened the incident";
            case "SameProcessTree" -> "same process tree";
            case "SameMachineAndTime" -> "same machine at the same time";
            case "SharedFileHash" -> "the same file";
            case "SharedIpAddress" -> "the same address";
            case "SharedDomain" -> "the same domain";
            case "SharedUrl" -> "the same URL";
            case "SharedAccount" -> "the same account";
            default -> rule;
        };
        return detail.isEmpty() ? sentence : sentence + " – " + detail;
    }

    private void printProcess(JsonNode process, String indent, boolean isLast, boolean isRoot) {
        var branch = isRoot ? "" : isLast ? "└─ " : "├─ ";
        var flag = process.path("alertIds").isEmpty() ? "" : "  ◀ in an alert";
        var account = text(process, "account").isEmpty() ? "" : "  " + text(process, "account");
        var ghost = process.path("observed").asBoolean(true) ? "" : "  (known only as a parent)";
        out.accept(cut(indent
                + branch
                + "%s (%s)%s%s%s"
                        .formatted(text(process, "fileName"), text(process, "processId"), account, ghost, flag)));
        var inner = isRoot ? indent : indent + (isLast ? "   " : "│  ");
        var children = process.path("children");
        var bar = inner + (children.isEmpty() ? "   " : "│  ");
        if (!text(process, "commandLine").isEmpty()) {
            out.accept(cut(bar + text(process, "commandLine")));
        }
        printSome(bar, process.path("connections"), this::connection);
        printSome(
                bar, process.path("files"), file -> "%s %s".formatted(words(text(file, "action")), text(file, "path")));
        for (var i = 0; i < children.size(); i++) {
            printProcess(children.get(i), inner, i == children.size() - 1, false);
        }
    }

    private String connection(JsonNode connection) {
        var name = text(connection, "remoteUrl").isEmpty() ? "" : " (" + text(connection, "remoteUrl") + ")";
        return "→ %s:%s %s%s"
                .formatted(
                        text(connection, "remoteIp"),
                        text(connection, "remotePort"),
                        text(connection, "protocol"),
                        name);
    }

    /// `FileCreated` as "file created".
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private void printSome(String indent, JsonNode values, Function<JsonNode, String> line) {
        var lines = new ArrayList<String>();
        values.forEach(value -> lines.add(line.apply(value)));
        var distinct = lines.stream().distinct().toList();
        distinct.stream().limit(LONGEST_DETAIL).forEach(text -> out.accept(cut(indent + text)));
        if (distinct.size() > LONGEST_DETAIL) {
            out.accept(indent + "… and " + (distinct.size() - LONGEST_DETAIL) + " more");
        }
    }

    private void printTimeline(JsonNode timeline) {
        out.accept("");
        out.accept("  What happened");
        var left = timeline.size();
        for (var entry : timeline) {
            if (timeline.size() - left >= LONGEST_TIMELINE
                    && !text(entry, "kind").equals("Alert")) {
                continue;
            }
            left--;
            var mark = text(entry, "kind").equals("Alert") ? "!" : " ";
            out.accept(cut("  %s %s  %-16s %s"
                    .formatted(mark, time(entry.path("time")), shortName(entry), text(entry, "text"))));
        }
        if (left > 0) {
            out.accept("    … and " + left + " more events");
        }
    }

    private static String shortName(JsonNode entry) {
        var name = text(entry, "computerDnsName");
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    /// To the millisecond: all that an eye can use.
    private static String time(JsonNode time) {
        var text = time.asText("").replace('T', ' ').replace("Z", "");
        var point = text.indexOf('.');
        if (point < 0) {
            return text.isEmpty() ? text : text + ".000";
        }
        return (text + "000").substring(0, point + 4);
    }

    private static String cut(String line) {
        var oneLine = line.replaceAll("[\\r\\n]+", " ");
        return oneLine.length() > WIDEST ? oneLine.substring(0, WIDEST - 1) + "…" : oneLine;
    }

    private static String text(JsonNode node, String field) {
        var value = node.path(field);
        return value.isNull() ? "" : value.asText("");
    }

    private static List<String> texts(JsonNode nodes, String field) {
        return StreamSupport.stream(nodes.spliterator(), false)
                .map(node -> text(node, field))
                .toList();
    }
}
