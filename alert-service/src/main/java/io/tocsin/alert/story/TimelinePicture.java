package io.tocsin.alert.story;

import static io.tocsin.alert.story.StoryPicture.INNER;
import static io.tocsin.alert.story.StoryPicture.MARGIN;
import static io.tocsin.alert.story.StoryPicture.WIDTH;
import static io.tocsin.alert.story.StoryPicture.counted;

import io.tocsin.wire.WireTime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Draws the time line downwards, a lane for each machine, so that one sees where it goes on.
final class TimelinePicture {

    private static final int MOST_ROWS = 120;
    private static final int MOST_LANES = 8;
    private static final int ROW = 22;
    private static final int LANE = 26;
    private static final int TIMES = 78;
    private static final long GAP_SECONDS = 600;

    private static final List<String> COLOURS =
            List.of("#1d5a96", "#7a3b8f", "#00695c", "#8a4b08", "#37474f", "#9c1f5f", "#33691e", "#4527a0");

    /// When there are too many, alerts stay before actions, and processes before what they did.
    private static final Comparator<IncidentStory.Moment> MOST_TELLING = Comparator.comparing(
                    (IncidentStory.Moment moment) -> switch (moment.kind()) {
                        case "Alert" -> 0;
                        case "Action" -> 1;
                        case "ProcessCreated" -> 2;
                        default -> 3;
                    })
            .thenComparing(IncidentStory.Moment::time);

    private final Svg svg;
    private final Map<String, Integer> numbers;
    private final Map<String, IncidentStory.Alert> alerts;
    private final Map<String, Integer> lanes = new LinkedHashMap<>();

    TimelinePicture(Svg svg, Map<String, Integer> numbers, Map<String, IncidentStory.Alert> alerts) {
        this.svg = svg;
        this.numbers = numbers;
        this.alerts = alerts;
    }

    double draw(IncidentStory story, double from) {
        var shown = story.timeline().stream()
                .sorted(MOST_TELLING)
                .limit(MOST_ROWS)
                .sorted(Comparator.comparing(IncidentStory.Moment::time))
                .toList();
        double y = laneNames(story, shown, from);
        double top = y;
        String day = "";
        WireTime before = null;
        var rows = new Svg();
        for (IncidentStory.Moment moment : shown) {
            String date = moment.time().toString().substring(0, 10);
            if (!date.equals(day)) {
                rows.text(MARGIN, y + 15, 12, 200, "strong", date);
                day = date;
                y += ROW;
            } else if (before != null && seconds(before, moment.time()) > GAP_SECONDS) {
                rows.text(MARGIN, y + 14, 11, 200, "soft", "⋮ " + duration(seconds(before, moment.time())));
                y += ROW;
            }
            row(rows, moment, y);
            before = moment.time();
            y += ROW;
        }
        for (int lane = 0; lane < laneCount(); lane++) {
            svg.open(
                            "text",
                            "x",
                            laneX(lane),
                            "y",
                            top - 4,
                            "font-size",
                            11,
                            "text-anchor",
                            "middle",
                            "class",
                            "strong")
                    .content(Integer.toString(lane + 1))
                    .close("text");
            svg.leaf(
                    "line",
                    "x1",
                    laneX(lane),
                    "y1",
                    top,
                    "x2",
                    laneX(lane),
                    "y2",
                    y,
                    "stroke",
                    COLOURS.get(lane),
                    "stroke-width",
                    2,
                    "opacity",
                    "0.45");
        }
        svg.raw(rows);
        int missing = story.timeline().size() - shown.size();
        if (missing > 0 || story.timelineNext() != null) {
            String many = story.timelineNext() == null
                    ? counted(missing, "more entry").replace("entrys", "entries")
                    : "more entries";
            svg.text(MARGIN, y + 14, 12, INNER, "soft", "… " + many + " in the story, not drawn here");
            y += ROW;
        }
        return y;
    }

    private double laneNames(IncidentStory story, List<IncidentStory.Moment> shown, double from) {
        story.machines().stream()
                .filter(machine ->
                        shown.stream().anyMatch(moment -> machine.machineId().equals(moment.machineId())))
                .forEach(machine -> lanes.putIfAbsent(machine.machineId(), Math.min(lanes.size(), MOST_LANES - 1)));
        double x = MARGIN;
        double y = from;
        for (IncidentStory.Machine machine : story.machines()) {
            Integer lane = lanes.get(machine.machineId());
            if (lane == null) {
                continue;
            }
            String name = (lane + 1) + "  "
                    + (machine.computerDnsName() == null ? machine.machineId() : machine.computerDnsName());
            double width = Math.min(300, Svg.width(name, 13, "soft")) + 34;
            if (x + width > WIDTH - MARGIN) {
                x = MARGIN;
                y += 24;
            }
            svg.leaf("circle", "cx", x + 8, "cy", y + 9, "r", 7, "fill", COLOURS.get(lane));
            svg.text(x + 22, y + 14, 13, 300, "", name);
            x += width;
        }
        return lanes.isEmpty() ? from : y + 44;
    }

    private void row(Svg rows, IncidentStory.Moment moment, double y) {
        rows.text(MARGIN, y + 15, 12, TIMES, "mono", moment.time().toString().substring(11, 19));
        Integer lane = moment.machineId() == null ? null : lanes.get(moment.machineId());
        if (lane != null) {
            boolean isProcess =
                    moment.kind().equals("ProcessCreated") || moment.kind().equals("Alert");
            rows.leaf(
                    "circle",
                    "cx",
                    laneX(lane),
                    "cy",
                    y + 10,
                    "r",
                    isProcess ? 6 : 4,
                    "fill",
                    COLOURS.get(lane),
                    "stroke",
                    "#ffffff",
                    "stroke-width",
                    1.5);
        }
        double x = laneX(laneCount()) - 4;
        IncidentStory.Alert alert = moment.alertId() == null ? null : alerts.get(moment.alertId());
        if (alert != null) {
            SeverityMark.of(alert.severity())
                    .draw(
                            rows,
                            x,
                            y + 1,
                            "Severity " + SeverityMark.of(alert.severity()).word());
            rows.text(
                    x + 26,
                    y + 15,
                    13,
                    WIDTH - MARGIN - x - 26,
                    "strong",
                    "A" + numbers.get(alert.alertId()) + "  " + moment.text());
            return;
        }
        rows.text(x, y + 15, 11, 92, "soft", words(moment.kind()));
        boolean isAction = moment.kind().equals("Action");
        rows.text(x + 98, y + 15, isAction ? 13 : 12, WIDTH - MARGIN - x - 98, isAction ? "strong" : "", moment.text());
    }

    private static String words(String kind) {
        return switch (kind) {
            case "ProcessCreated" -> "process";
            case "Connection" -> "connection";
            case "DnsQuery" -> "look-up";
            case "FileCreated" -> "file created";
            case "FileDeleted" -> "file deleted";
            case "Action" -> "action";
            default -> kind;
        };
    }

    private int laneCount() {
        return Math.min(MOST_LANES, lanes.size());
    }

    private static double laneX(int lane) {
        return MARGIN + TIMES + 14 + lane * LANE;
    }

    private static long seconds(WireTime from, WireTime to) {
        return (to.ticks() - from.ticks()) / WireTime.TICKS_PER_SECOND;
    }

    private static String duration(long seconds) {
        if (seconds >= 86_400) {
            return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
        }
        return seconds >= 3600 ? seconds / 3600 + " h " + seconds % 3600 / 60 + " min" : seconds / 60 + " min";
    }
}
