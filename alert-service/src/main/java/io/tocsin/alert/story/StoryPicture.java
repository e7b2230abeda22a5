package io.tocsin.alert.story;

import io.tocsin.alert.correlation.IncidentName;
import io.tocsin.wire.WireTime;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Draws a story on one page: what happened, the alerts, the process trees, the time line with a lane for
/// each machine. As high as it needs to be, and bounded; stands for itself, without scripts, fonts or
/// pictures from elsewhere.
final class StoryPicture {

    static final String MEDIA_TYPE = "image/svg+xml";

    static final int WIDTH = 1200;
    static final int MARGIN = 28;
    static final int INNER = WIDTH - 2 * MARGIN;

    private static final int MOST_ALERTS = 40;
    private static final int ALERT_ROW = 42;

    private static final String STYLE = """
            text{font-family:'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#1c2025}
            .mono{font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace;fill:#3c434a}
            .soft{fill:#555c64}.strong{font-weight:600}.mark{font-weight:700;fill:#ffffff}
            .line{stroke:#9aa1a9;stroke-width:1.5;fill:none}.rule{stroke:#d5d9dd;stroke-width:1}
            """;

    private final IncidentStory story;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, IncidentStory.Alert> alerts = new HashMap<>();
    private final Svg svg = new Svg();

    private StoryPicture(IncidentStory story) {
        this.story = story;
        for (IncidentStory.Alert alert : story.alerts()) {
            numbers.put(alert.alertId(), numbers.size() + 1);
            alerts.put(alert.alertId(), alert);
        }
    }

    static Response answer(IncidentStory story) {
        return Response.ok(of(story), MEDIA_TYPE + ";charset=UTF-8")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
                .build();
    }

    static String of(IncidentStory story) {
        return new StoryPicture(story).draw();
    }

    private String draw() {
        double y = header(MARGIN + 26);
        y = tactics(y);
        y = alertList(y);
        y = new TreePicture(svg, numbers, alerts).draw(story, heading("Process trees", y + 14));
        y = new TimelinePicture(svg, numbers, alerts).draw(story, heading("Time line (UTC)", y + 14));
        y = legend(y + 16);
        int height = (int) Math.ceil(y + MARGIN);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img" aria-labelledby="title desc">
                <title id="title">%3$s</title>
                <desc id="desc">%4$s</desc>
                <style>%5$s</style>
                <rect width="%1$d" height="%2$d" fill="#ffffff"/>
                """.formatted(WIDTH, height, Svg.escaped(name()), Svg.escaped(description()), STYLE) + svg + "</svg>\n";
    }

    private String name() {
        return story.incidentId() == null ? story.alerts().getFirst().title() : story.incidentName();
    }

    private String description() {
        return "%s, severity %s: %s on %s. Tactics: %s."
                .formatted(
                        story.incidentId() == null ? "An alert" : "Incident " + story.incidentId(),
                        SeverityMark.of(story.severity()).word(),
                        counted(allAlerts(), "alert"),
                        counted(story.machines().size(), "machine"),
                        String.join(
                                ", ",
                                story.tactics().stream()
                                        .map(tactic -> IncidentName.words(tactic.tactic()))
                                        .toList()));
    }

    static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private double header(double y) {
        SeverityMark.of(story.severity())
                .draw(
                        svg,
                        MARGIN,
                        y - 17,
                        "Severity " + SeverityMark.of(story.severity()).word());
        double below = title(y);
        var facts = new ArrayList<String>();
        facts.add("Severity " + SeverityMark.of(story.severity()).word());
        if (story.incidentId() != null) {
            facts.add("incident " + story.incidentId() + ", " + story.status());
        }
        facts.add(counted(allAlerts(), "alert"));
        facts.add(counted(story.machines().size(), "machine"));
        if (!story.users().isEmpty()) {
            facts.add(counted(story.users().size(), "user"));
        }
        if (!story.actions().isEmpty()) {
            facts.add(counted(story.actions().size(), "action") + " taken");
        }
        if (!story.alerts().isEmpty()) {
            facts.add(span());
        }
        svg.text(MARGIN + 28, below + 22, 13, INNER - 28, "soft", String.join("  ·  ", facts));
        return below + 44;
    }

    /// On two lines when one is not enough.
    private double title(double y) {
        String name = name();
        String first = Svg.fitted(name, 22, INNER - 28, "strong");
        int cut = first.equals(name) ? -1 : first.lastIndexOf(' ');
        if (cut <= 0) {
            svg.text(MARGIN + 28, y, 22, INNER - 28, "strong", name);
            return y;
        }
        svg.text(MARGIN + 28, y, 22, INNER - 28, "strong", name.substring(0, cut));
        svg.text(MARGIN + 28, y + 28, 22, INNER - 28, "strong", name.substring(cut + 1));
        return y + 28;
    }

    private String span() {
        WireTime first = story.alerts().stream()
                .map(IncidentStory.Alert::firstEventTime)
                .min(WireTime::compareTo)
                .orElseThrow();
        WireTime last = story.alerts().stream()
                .map(IncidentStory.Alert::lastEventTime)
                .max(WireTime::compareTo)
                .orElseThrow();
        return first.equals(last) ? minute(first) : minute(first) + " to " + minute(last);
    }

    private static String minute(WireTime time) {
        return time.toString().substring(0, 16).replace('T', ' ');
    }

    private double tactics(double y) {
        double x = MARGIN;
        double row = y;
        for (int i = 0; i < story.tactics().size(); i++) {
            var tactic = story.tactics().get(i);
            String text = IncidentName.words(tactic.tactic())
                    + (tactic.mitreTechniques().isEmpty() ? "" : "  " + String.join(" ", tactic.mitreTechniques()));
            String shown = Svg.fitted(text, 13, 320, "soft");
            double width = Svg.width(shown, 13, "soft") + 20;
            if (x + width > WIDTH - MARGIN) {
                x = MARGIN;
                row += 34;
            }
            svg.open("g").title(text + ": " + counted(tactic.alertIds().size(), "alert"));
            svg.leaf(
                    "rect", "x", x, "y", row, "width", width, "height", 26, "rx", 13, "fill", "#e8edf3", "stroke",
                    "#a9b4c0");
            svg.open("text", "x", x + width / 2, "y", row + 17.5, "font-size", 13, "text-anchor", "middle")
                    .content(shown)
                    .close("text");
            svg.close("g");
            x += width + 22;
            if (i < story.tactics().size() - 1) {
                svg.leaf(
                        "path",
                        "d",
                        "M" + (int) (x - 17) + " " + (int) (row + 13) + " h9 m-4 -4 l4 4 l-4 4",
                        "class",
                        "line");
            }
        }
        return story.tactics().isEmpty() ? y : row + 40;
    }

    private double heading(String text, double y) {
        svg.leaf("line", "x1", MARGIN, "y1", y, "x2", WIDTH - MARGIN, "y2", y, "class", "rule");
        svg.text(MARGIN, y + 26, 16, INNER, "strong", text);
        return y + 40;
    }

    private double alertList(double from) {
        double y = heading("Alerts", from);
        for (IncidentStory.Alert alert :
                story.alerts().stream().limit(MOST_ALERTS).toList()) {
            alert(alert, y);
            y += ALERT_ROW;
        }
        return more(y, allAlerts() - Math.min(MOST_ALERTS, story.alerts().size()), "alert");
    }

    private int allAlerts() {
        return story.alerts().size()
                + (story.moreAlerts() == null ? 0 : (int) story.moreAlerts().alerts());
    }

    private void alert(IncidentStory.Alert alert, double y) {
        var mark = SeverityMark.of(alert.severity());
        svg.text(MARGIN, y + 14, 14, 44, "strong", "A" + numbers.get(alert.alertId()));
        mark.draw(svg, MARGIN + 44, y, "Severity " + mark.word());
        svg.text(MARGIN + 72, y + 14, 14, 640, "strong", alert.title());
        String where = alert.computerDnsName() == null
                ? alert.machineId() == null ? "no machine" : alert.machineId()
                : alert.computerDnsName();
        svg.text(MARGIN + 730, y + 14, 13, INNER - 730, "", alert.source() + " on " + where);
        var facts = new ArrayList<String>();
        facts.add(alert.firstEventTime().toString().substring(0, 19).replace('T', ' '));
        if (alert.category() != null) {
            facts.add(IncidentName.words(alert.category()));
        }
        facts.addAll(alert.mitreTechniques());
        alert.why().stream().limit(2).forEach(why -> facts.add(why.rule() + reason(why)));
        svg.text(MARGIN + 72, y + 31, 12, INNER - 72, "soft", String.join("  ·  ", facts));
    }

    private String reason(IncidentStory.Why why) {
        Integer other = why.linkedAlertId() == null ? null : numbers.get(why.linkedAlertId());
        return (other == null ? "" : " with A" + other) + ": " + why.detail();
    }

    private double more(double y, int missing, String what) {
        if (missing <= 0) {
            return y;
        }
        svg.text(
                MARGIN + 72,
                y + 12,
                12,
                INNER,
                "soft",
                "… " + counted(missing, "more " + what) + " in the story, not drawn here");
        return y + 24;
    }

    private double legend(double y) {
        svg.leaf("line", "x1", MARGIN, "y1", y, "x2", WIDTH - MARGIN, "y2", y, "class", "rule");
        double x = MARGIN;
        for (SeverityMark mark : List.of(SeverityMark.values())) {
            mark.draw(svg, x, y + 14, "Severity " + mark.word());
            svg.text(x + 26, y + 28, 12, 120, "soft", mark.word());
            x += 44 + Svg.width(mark.word(), 12, "soft");
        }
        x += 10;
        svg.leaf(
                "rect",
                "x",
                x,
                "y",
                y + 15,
                "width",
                26,
                "height",
                16,
                "rx",
                3,
                "fill",
                "#fff4f2",
                "stroke",
                "#a3161b",
                "stroke-width",
                2);
        svg.text(x + 34, y + 28, 12, 200, "soft", "evidence of an alert");
        x += 44 + Svg.width("evidence of an alert", 12, "soft");
        svg.leaf(
                "rect",
                "x",
                x,
                "y",
                y + 15,
                "width",
                26,
                "height",
                16,
                "rx",
                3,
                "fill",
                "#ffffff",
                "stroke",
                "#7d858d",
                "stroke-dasharray",
                "4 3");
        svg.text(x + 34, y + 28, 12, 260, "soft", "known only as a parent");
        return y + 34;
    }
}
