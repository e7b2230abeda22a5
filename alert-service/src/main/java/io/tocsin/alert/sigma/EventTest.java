package io.tocsin.alert.sigma;

import java.util.List;

/// A compiled part of a rule; holds nothing that changes.
@FunctionalInterface
public interface EventTest {

    boolean of(SigmaEvent event);

    static EventTest all(List<EventTest> tests) {
        if (tests.size() == 1) {
            return tests.getFirst();
        }
        EventTest[] each = tests.toArray(EventTest[]::new);
        return event -> {
            for (EventTest test : each) {
                EvaluationTime.step();
                if (!test.of(event)) {
                    return false;
                }
            }
            return true;
        };
    }

    static EventTest any(List<EventTest> tests) {
        if (tests.size() == 1) {
            return tests.getFirst();
        }
        EventTest[] each = tests.toArray(EventTest[]::new);
        return event -> {
            for (EventTest test : each) {
                EvaluationTime.step();
                if (test.of(event)) {
                    return true;
                }
            }
            return false;
        };
    }

    static EventTest not(EventTest test) {
        return event -> !test.of(event);
    }
}
