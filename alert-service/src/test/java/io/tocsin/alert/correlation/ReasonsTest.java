package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.alert.correlation.Reasons.Reason;
import io.tocsin.alert.correlation.Reasons.Span;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReasonsTest {

    private static final LinkKey ADDRESS = new LinkKey(Rule.SharedIpAddress, "203.0.113.7");

    @Test
    void shouldNameTheFirstOfTheChainWhenSeveralShareAValue() {
        var reasons = Reasons.of(
                List.of(span("c", 60), span("a", 0), span("b", 30)),
                Map.of("a", List.of(ADDRESS), "b", List.of(ADDRESS), "c", List.of(ADDRESS)),
                Map.of(),
                new LinkWindows(10, 40));

        assertThat(reasons.get("a")).extracting(Reason::rule).containsExactly(Rule.First);
        assertThat(reasons.get("b")).containsExactly(new Reason(Rule.SharedIpAddress, "a", "203.0.113.7"));
        assertThat(reasons.get("c")).containsExactly(new Reason(Rule.SharedIpAddress, "a", "203.0.113.7"));
    }

    @Test
    void shouldNotLinkAcrossAGapThatIsTooLong() {
        var reasons = Reasons.of(
                List.of(span("a", 0), span("b", 100), span("c", 120)),
                Map.of("a", List.of(ADDRESS), "b", List.of(ADDRESS), "c", List.of(ADDRESS)),
                Map.of(),
                new LinkWindows(10, 40));

        assertThat(reasons.get("b")).containsExactly(new Reason(Rule.SharedIpAddress, "c", "203.0.113.7"));
        assertThat(reasons.get("c")).containsExactly(new Reason(Rule.SharedIpAddress, "b", "203.0.113.7"));
    }

    @Test
    void shouldTellWhatPeopleDidFirstAndTheYoungestProcessOfATree() {
        var root = new LinkKey(Rule.SameProcessTree, "m:1:100");
        var child = new LinkKey(Rule.SameProcessTree, "m:2:200");
        var reasons = Reasons.of(
                List.of(span("a", 0), span("b", 30)),
                Map.of("a", List.of(root, child), "b", List.of(child, root)),
                Map.of("b", List.of(new Reason(Rule.Manual, null, "by ann"))),
                new LinkWindows(10, 40));

        assertThat(reasons.get("b"))
                .containsExactly(
                        new Reason(Rule.Manual, null, "by ann"), new Reason(Rule.SameProcessTree, "a", "m:2:200"));
    }

    private static Span span(String id, long from) {
        return new Span(id, null, from, from);
    }
}
