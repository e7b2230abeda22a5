package io.tocsin.e2e;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What one scrape of a service found.
///
/// @param series every line that is one
record Scrape(List<Series> series) {

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)(?: \\S+)?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /// @param labels of the service itself; Prometheus adds where it scraped
    record Series(String name, Map<String, String> labels, double value) {}

    static Scrape of(String text) {
        return new Scrape(text.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.replaceFirst(" # \\{.*", "")) // an exemplar: the trace of one call
                .map(Scrape::line)
                .toList());
    }

    private static Series line(String text) {
        var line = LINE.matcher(text);
        if (!line.matches()) {
            throw new IllegalArgumentException("not a line of a scrape: " + text);
        }
        var labels = new HashMap<String, String>();
        if (line.group(2) != null) {
            LABEL.matcher(line.group(2)).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        return new Series(
                line.group(1), labels, Double.parseDouble(line.group(3).replace("+Inf", "Infinity")));
    }

    List<Series> named(String name) {
        return series.stream().filter(one -> one.name().equals(name)).toList();
    }

    Set<String> values(String name, String label) {
        return named(name).stream().map(one -> one.labels().get(label)).collect(Collectors.toSet());
    }

    /// The sum of what was found, 0 for nothing; figures that are not known are none.
    double sum(String name) {
        return named(name).stream()
                .mapToDouble(Series::value)
                .filter(value -> !Double.isNaN(value))
                .sum();
    }
}
