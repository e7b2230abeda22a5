package io.tocsin.alert.story;

import java.util.List;
import java.util.Locale;

/// A severity as a shape, a letter and a colour, so that none of them has to be seen to tell it.
enum SeverityMark {
    High("#a3161b"),
    Medium("#a85500"),
    Low("#6b5b00"),
    Informational("#1d5a96"),
    UnSpecified("#55595e");

    static final int SIZE = 18;

    private final String colour;

    SeverityMark(String colour) {
        this.colour = colour;
    }

    static SeverityMark of(String severity) {
        return List.of(values()).stream()
                .filter(mark -> mark.name().equals(severity))
                .findFirst()
                .orElse(UnSpecified);
    }

    static SeverityMark worst(List<IncidentStory.Alert> alerts) {
        return alerts.stream()
                .map(alert -> of(alert.severity()))
                .min(Enum::compareTo)
                .orElse(UnSpecified);
    }

    String colour() {
        return colour;
    }

    String word() {
        return this == UnSpecified ? "Unspecified" : name();
    }

    /// Draws it with its upper left corner there.
    void draw(Svg svg, double x, double y, String title) {
        svg.open("g", "role", "img", "aria-label", title).title(title);
        double half = SIZE / 2.0;
        switch (this) {
            case High ->
                svg.leaf(
                        "path",
                        "d",
                        path("M%s %s L%s %s L%s %s Z", x + half, y, x + SIZE, y + SIZE, x, y + SIZE),
                        "fill",
                        colour);
            case Medium ->
                svg.leaf(
                        "path",
                        "d",
                        path(
                                "M%s %s L%s %s L%s %s L%s %s Z",
                                x + half, y - 1, x + SIZE + 1, y + half, x + half, y + SIZE + 1, x - 1, y + half),
                        "fill",
                        colour);
            case Low -> svg.leaf("circle", "cx", x + half, "cy", y + half, "r", half, "fill", colour);
            case Informational ->
                svg.leaf("rect", "x", x + 1, "y", y + 1, "width", SIZE - 2, "height", SIZE - 2, "fill", colour);
            case UnSpecified ->
                svg.leaf(
                        "circle",
                        "cx",
                        x + half,
                        "cy",
                        y + half,
                        "r",
                        half - 1,
                        "fill",
                        "#ffffff",
                        "stroke",
                        colour,
                        "stroke-width",
                        2);
        }
        String letter = this == UnSpecified ? "?" : name().substring(0, 1);
        svg.open(
                        "text",
                        "x",
                        x + half,
                        "y",
                        y + (this == High ? SIZE - 3 : half + 4),
                        "font-size",
                        11,
                        "text-anchor",
                        "middle",
                        "class",
                        this == UnSpecified ? "strong" : "mark")
                .content(letter)
                .close("text");
        svg.close("g");
    }

    private static String path(String form, Object... numbers) {
        return String.format(Locale.ROOT, form, numbers);
    }
}
