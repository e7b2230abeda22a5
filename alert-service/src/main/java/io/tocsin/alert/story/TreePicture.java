package io.tocsin.alert.story;

import static io.tocsin.alert.story.StoryPicture.INNER;
import static io.tocsin.alert.story.StoryPicture.MARGIN;
import static io.tocsin.alert.story.StoryPicture.WIDTH;
import static io.tocsin.alert.story.StoryPicture.counted;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Draws process trees as indented rows: what started what reads from left to right and from top to bottom.
final class TreePicture {

    private static final int MOST_ROWS = 150;
    private static final int ROW = 46;
    private static final int BOX = 38;
    private static final int INDENT = 26;
    private static final int DEEPEST = 18;
    private static final int NARROWEST = 240;

    private final Svg svg;
    private final Map<String, Integer> numbers;
    private final Map<String, IncidentStory.Alert> alerts;
    private final Map<IncidentStory.Process, Boolean> telling = new HashMap<>();
    private int left = MOST_ROWS;
    private int skipped;

    TreePicture(Svg svg, Map<String, Integer> numbers, Map<String, IncidentStory.Alert> alerts) {
        this.svg = svg;
        this.numbers = numbers;
        this.alerts = alerts;
    }

    double draw(IncidentStory story, double from) {
        double y = from;
        if (story.processTrees().isEmpty()) {
            svg.text(MARGIN, y + 12, 13, INNER, "soft", "Telemetry knows no process of these alerts");
            return y + 24;
        }
        int rest = story.processTrees().stream()
                .mapToInt(trees -> TreePicture.telling(trees.roots()))
                .sum();
        left = Math.max(0, MOST_ROWS - rest);
        for (IncidentStory.MachineTrees trees : story.processTrees()) {
            y = machine(trees, story.machines(), y);
            for (IncidentStory.Process root : trees.roots()) {
                y = process(root, 0, y);
            }
        }
        if (skipped > 0) {
            svg.text(
                    MARGIN,
                    y + 14,
                    12,
                    INNER,
                    "soft",
                    "… " + counted(skipped, "more processes branch").replace("branchs", "branches")
                            + " in the story, not drawn here");
            y += 24;
        }
        return y;
    }

    private static int telling(List<IncidentStory.Process> processes) {
        return processes.stream()
                .mapToInt(process ->
                        telling(process.children()) + (process.alertIds().isEmpty() ? 0 : 1))
                .sum();
    }

    private boolean isTelling(IncidentStory.Process process) {
        Boolean known = telling.get(process);
        if (known == null) {
            known = !process.alertIds().isEmpty() || process.children().stream().anyMatch(this::isTelling);
            telling.put(process, known);
        }
        return known;
    }

    private double machine(IncidentStory.MachineTrees trees, List<IncidentStory.Machine> machines, double y) {
        String name = trees.computerDnsName() == null ? trees.machineId() : trees.computerDnsName();
        String facts = machines.stream()
                .filter(machine -> machine.machineId().equals(trees.machineId()))
                .findFirst()
                .map(machine -> String.join(
                        "  ·  ",
                        Stream.of(
                                        machine.osPlatform(),
                                        machine.rbacGroupName() == null ? null : "group " + machine.rbacGroupName(),
                                        machine.riskScore() == null ? null : "risk " + machine.riskScore(),
                                        machine.lastIpAddress())
                                .filter(Objects::nonNull)
                                .toList()))
                .orElse("");
        svg.leaf("rect", "x", MARGIN, "y", y, "width", INNER, "height", 26, "rx", 4, "fill", "#eef1f4");
        svg.text(MARGIN + 10, y + 18, 14, 500, "strong", name);
        svg.text(MARGIN + 530, y + 18, 12, INNER - 540, "soft", facts);
        return y + 36;
    }

    private double process(IncidentStory.Process process, int depth, double from) {
        double x = MARGIN + Math.min(depth, DEEPEST) * INDENT;
        box(process, x, from);
        double y = from + ROW;
        double lastChild = from;
        for (IncidentStory.Process child : process.children()) {
            if (isTelling(child) || left > 0) {
                left -= isTelling(child) ? 0 : 1;
                lastChild = y;
                elbow(x, from, y, depth + 1);
                y = process(child, depth + 1, y);
            } else {
                skipped++;
            }
        }
        if (process.more() != null) {
            elbow(x, from, y - 12, depth + 1);
            svg.text(
                    x + INDENT + 8,
                    y + 12,
                    12,
                    INNER,
                    "soft",
                    "… " + process.more().children() + " more children");
            lastChild = y - 12;
            y += 24;
        }
        if (lastChild > from && depth < DEEPEST) {
            svg.leaf(
                    "line", "x1", x + 10, "y1", from + BOX, "x2", x + 10, "y2", lastChild + BOX / 2.0, "class", "line");
        }
        return y;
    }

    private void elbow(double x, double parent, double child, int depth) {
        if (depth <= DEEPEST) {
            svg.leaf(
                    "line",
                    "x1",
                    x + 10,
                    "y1",
                    child + BOX / 2.0,
                    "x2",
                    x + INDENT,
                    "y2",
                    child + BOX / 2.0,
                    "class",
                    "line");
        }
    }

    private void box(IncidentStory.Process process, double x, double y) {
        var its = process.alertIds().stream()
                .map(alerts::get)
                .filter(Objects::nonNull)
                .toList();
        double width = Math.max(NARROWEST, WIDTH - MARGIN - x);
        String colour = its.isEmpty() ? "#7d858d" : SeverityMark.worst(its).colour();
        svg.open("g").title(described(process, its));
        svg.leaf(
                "rect",
                "x",
                x,
                "y",
                y,
                "width",
                width,
                "height",
                BOX,
                "rx",
                4,
                "fill",
                its.isEmpty() ? "#ffffff" : "#fff4f2",
                "stroke",
                colour,
                "stroke-width",
                its.isEmpty() ? 1 : 2,
                "stroke-dasharray",
                process.observed() ? "none" : "4 3");
        double right = marks(its, x + width - 8, y);
        String name = (process.fileName() == null ? "unknown" : process.fileName())
                + (process.processId() == null ? "" : "  " + process.processId());
        double nameWidth = Math.min(Svg.width(name, 14, "strong") + 10, (right - x) * 0.6);
        svg.text(x + 10, y + 16, 14, nameWidth, "strong", name);
        svg.text(x + 14 + nameWidth, y + 16, 12, right - x - nameWidth - 20, "soft", facts(process));
        if (process.commandLine() != null) {
            svg.text(
                    x + 10,
                    y + 31,
                    11,
                    right - x - 20,
                    "mono",
                    process.commandLine().strip());
        }
        svg.close("g");
    }

    private double marks(List<IncidentStory.Alert> its, double right, double y) {
        double x = right;
        for (IncidentStory.Alert alert : its.reversed().stream().limit(4).toList()) {
            String number = "A" + numbers.get(alert.alertId());
            double width = Svg.width(number, 13, "strong");
            x -= width;
            svg.text(x, y + 24, 13, width + 8, "strong", number);
            x -= SeverityMark.SIZE + 4;
            SeverityMark.of(alert.severity())
                    .draw(svg, x, y + 10, SeverityMark.of(alert.severity()).word() + ": " + alert.title());
            x -= 10;
        }
        return x;
    }

    private static String facts(IncidentStory.Process process) {
        var facts = new ArrayList<String>();
        if (process.creationTime() != null) {
            facts.add(process.creationTime().toString().substring(11, 19));
        }
        if (process.account() != null) {
            facts.add(process.account());
        }
        if (!process.connections().isEmpty()) {
            var first = process.connections().getFirst();
            facts.add(counted(process.connections().size(), "connection") + ", first " + first.remoteIp()
                    + (first.remotePort() == null ? "" : ":" + first.remotePort()));
        }
        if (!process.files().isEmpty()) {
            facts.add(counted(process.files().size(), "file"));
        }
        return String.join("  ·  ", facts);
    }

    private static String described(IncidentStory.Process process, List<IncidentStory.Alert> its) {
        var told = new ArrayList<String>();
        told.add(String.valueOf(process.fileName()) + " " + process.processId());
        if (process.folderPath() != null) {
            told.add(process.folderPath());
        }
        if (process.commandLine() != null) {
            told.add(process.commandLine());
        }
        its.forEach(alert -> told.add("Alert: " + alert.title()));
        return String.join(" | ", told);
    }
}
