package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// What an event pays for the built-in rules, once it is read: `make bench-detections`. Not run with the tests.
class DetectionCost {

    private static final int ROUNDS = 40;

    @Test
    void perEvent() {
        List<String> lines = BuiltInRulesTest.examples()
                .map(example -> io.tocsin.alert.telemetry.MappedEvents.windows(example.event()))
                .toList();
        var rows = new ArrayList<EventRow>();
        lines.forEach(line -> Rows.of(line).forEach(event -> rows.add(event.row())));
        var rules = new RuleSet(new BuiltInRules()
                .all().values().stream()
                        .map(rule -> new ActiveRule(
                                rule.rule().id(),
                                rule.rule(),
                                true,
                                ActiveRule.severity(rule.rule().level()),
                                List.of()))
                        .toList());
        long hits = 0;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (int again = 0; again < 200; again++) {
                for (EventRow row : rows) {
                    var event = new DetectionEvent(row);
                    for (int kind : event.kinds()) {
                        for (ActiveRule rule : rules.about(kind)) {
                            hits += rule.hits(event) ? 1 : 0;
                        }
                    }
                }
            }
            best = Math.min(best, (System.nanoTime() - start) / 200 / rows.size());
        }
        System.out.printf(
                Locale.ROOT,
                "an event against the built-in rules: %d ns (%d events of every kind)%n",
                best,
                rows.size());
        assertThat(hits).isPositive();
    }
}
