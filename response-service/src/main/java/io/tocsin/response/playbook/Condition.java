package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What an `If` or a trigger asks: a comparison, all of several, or any of them.
sealed interface Condition {

    Set<String> OPERATORS =
            Set.of("Equals", "NotEquals", "In", "Contains", "StartsWith", "EndsWith", "AtLeast", "Exists");
    List<String> SEVERITIES = List.of("unspecified", "informational", "low", "medium", "high");
    int DEEPEST = 5;
    int MOST = 50;

    boolean holds(Context context);

    record All(List<Condition> parts) implements Condition {
        @Override
        public boolean holds(Context context) {
            return parts.stream().allMatch(part -> part.holds(context));
        }
    }

    record Any(List<Condition> parts) implements Condition {
        @Override
        public boolean holds(Context context) {
            return parts.stream().anyMatch(part -> part.holds(context));
        }
    }

    /// Texts are compared without case. What is not there equals nothing, and is no error.
    record Comparison(JsonNode value, String operator, JsonNode of) implements Condition {
        @Override
        public boolean holds(Context context) {
            JsonNode left = context.orNothing(value);
            boolean there = left != null && !left.isNull() && !left.isMissingNode();
            if (operator.equals("Exists")) {
                return there;
            }
            if (!there) {
                return operator.equals("NotEquals");
            }
            JsonNode right = context.orNothing(of);
            return switch (operator) {
                case "Equals" -> isEqual(left, right);
                case "NotEquals" -> !isEqual(left, right);
                case "In" -> contains(right, left);
                case "Contains" ->
                    left.isArray() ? contains(left, right) : text(left).contains(text(right));
                case "StartsWith" -> text(left).startsWith(text(right));
                case "EndsWith" -> text(left).endsWith(text(right));
                case "AtLeast" -> rank(left) >= rank(right);
                default -> throw new IllegalStateException(operator);
            };
        }

        private static boolean contains(JsonNode list, JsonNode one) {
            if (list == null) {
                return false;
            }
            for (JsonNode each : list) {
                if (isEqual(each, one)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isEqual(JsonNode left, JsonNode right) {
            return right != null && text(left).equals(text(right));
        }

        private static String text(JsonNode node) {
            return node == null ? "" : (node.isValueNode() ? node.asText() : node.toString()).toLowerCase(Locale.ROOT);
        }

        /// Of numbers their value, of severities how serious they are.
        private static double rank(JsonNode node) {
            int severity = SEVERITIES.indexOf(text(node));
            if (severity >= 0) {
                return severity;
            }
            try {
                return Double.parseDouble(text(node));
            } catch (NumberFormatException neither) {
                return Double.NaN;
            }
        }
    }

    /// @param place how the definition calls it, in messages
    static Condition read(JsonNode node, String place) {
        return read(node, place, 0);
    }

    private static Condition read(JsonNode node, String place, int depth) {
        if (node == null || !node.isObject() || depth > DEEPEST) {
            throw PlaybookProblem.at(place, "is no condition");
        }
        if (node.has("all")) {
            return new All(several(node.get("all"), place + ".all", depth));
        }
        if (node.has("any")) {
            return new Any(several(node.get("any"), place + ".any", depth));
        }
        String operator = node.path("operator").asText();
        if (!OPERATORS.contains(operator)) {
            throw PlaybookProblem.at(
                    place + ".operator",
                    "is none of " + OPERATORS.stream().sorted().toList());
        }
        if (!node.has("value") || !operator.equals("Exists") && !node.has("of")) {
            throw PlaybookProblem.at(place, "lacks value or of");
        }
        if (operator.equals("In")
                && !node.get("of").isArray()
                && !node.get("of").isTextual()) {
            throw PlaybookProblem.at(place + ".of", "is no list");
        }
        return new Comparison(node.get("value"), operator, node.get("of"));
    }

    private static List<Condition> several(JsonNode list, String place, int depth) {
        if (!list.isArray() || list.isEmpty() || list.size() > MOST) {
            throw PlaybookProblem.at(place, "is no list of 1 to " + MOST + " conditions");
        }
        var parts = new ArrayList<Condition>();
        for (int i = 0; i < list.size(); i++) {
            parts.add(read(list.get(i), place + "[" + i + "]", depth + 1));
        }
        return List.copyOf(parts);
    }
}
