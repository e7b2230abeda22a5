package io.tocsin.odata;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/// A filter as data, with OData's own rules said as plainly as can be and with none of the code under test: asked of a
/// row
/// in memory it answers true, false or null.
sealed interface Ask {

    Boolean of(Row row);

    /// The ids of the rows it leaves, sorted and joined by spaces.
    default String left(List<Row> rows) {
        return String.join(
                " ",
                rows.stream()
                        .filter(row -> Boolean.TRUE.equals(of(row)))
                        .map(Row::id)
                        .sorted()
                        .toList());
    }

    /// How a property's values compare.
    enum Type {
        TEXT,
        ANY_CASE,
        CHOICE,
        NUMBER,
        TIME,
        GUID,
        TRUTH
    }

    record Property(String name, Type type) {}

    /// @param fold `tolower`, `toupper` or nothing
    record Term(Property property, String fold) {

        Object of(Row row) {
            return normal(folded(row.value(property.name()), fold));
        }

        /// So that equal means equal, and texts without case are compared without it.
        Object normal(Object value) {
            return switch (property.type()) {
                case ANY_CASE, CHOICE -> folded(value, "tolower");
                case GUID -> value == null ? null : value.toString();
                case TEXT, NUMBER, TIME, TRUTH -> value;
            };
        }
    }

    static Object folded(Object value, String fold) {
        return switch (value) {
            case String text when fold.equals("tolower") -> text.toLowerCase(Locale.ROOT);
            case String text when fold.equals("toupper") -> text.toUpperCase(Locale.ROOT);
            case null, default -> value;
        };
    }

    record All(List<Ask> parts) implements Ask {
        @Override
        public Boolean of(Row row) {
            List<Boolean> answers = parts.stream().map(part -> part.of(row)).toList();
            return answers.contains(false) ? Boolean.FALSE : answers.contains(null) ? null : Boolean.TRUE;
        }
    }

    record Either(List<Ask> parts) implements Ask {
        @Override
        public Boolean of(Row row) {
            List<Boolean> answers = parts.stream().map(part -> part.of(row)).toList();
            return answers.contains(true) ? Boolean.TRUE : answers.contains(null) ? null : Boolean.FALSE;
        }
    }

    record Not(Ask part) implements Ask {
        @Override
        public Boolean of(Row row) {
            Boolean answer = part.of(row);
            return answer == null ? null : !answer;
        }
    }

    /// `(part) eq true` and its like.
    record Truth(Ask part, boolean equal, boolean value) implements Ask {
        @Override
        public Boolean of(Row row) {
            Boolean answer = part.of(row);
            return (answer != null && answer == value) == equal;
        }
    }

    record Flag(Property property) implements Ask {
        @Override
        public Boolean of(Row row) {
            return (Boolean) row.value(property.name());
        }
    }

    /// @param value null with `eq` and `ne` alone
    record Compare(Term term, String operator, Object value) implements Ask {
        @Override
        public Boolean of(Row row) {
            Object left = term.of(row);
            Object right = term.normal(value);
            return switch (operator) {
                case "eq" -> left == null ? right == null : left.equals(right);
                case "ne" -> left == null ? right != null : !left.equals(right);
                case "gt" -> ordered(left, right) && order(left, right) > 0;
                case "ge" -> ordered(left, right) && order(left, right) >= 0;
                case "lt" -> ordered(left, right) && order(left, right) < 0;
                case "le" -> ordered(left, right) && order(left, right) <= 0;
                default -> throw new IllegalArgumentException(operator);
            };
        }

        private static boolean ordered(Object left, Object right) {
            return left != null && right != null;
        }

        private static int order(Object left, Object right) {
            return left instanceof Long number
                    ? number.compareTo((Long) right)
                    : Arrays.compareUnsigned(bytes(left), bytes(right));
        }

        private static byte[] bytes(Object text) {
            return ((String) text).getBytes(StandardCharsets.UTF_8);
        }
    }

    record In(Term term, List<Object> values) implements Ask {
        @Override
        public Boolean of(Row row) {
            return values.stream().anyMatch(value -> new Compare(term, "eq", value).of(row));
        }
    }

    record Match(String function, Term term, String text) implements Ask {
        @Override
        public Boolean of(Row row) {
            Object left = term.of(row);
            return left == null ? null : tests(function).test((String) left, (String) term.normal(text));
        }

        private static BiPredicate<String, String> tests(String function) {
            return switch (function) {
                case "contains" -> String::contains;
                case "startswith" -> String::startsWith;
                case "endswith" -> String::endsWith;
                default -> throw new IllegalArgumentException(function);
            };
        }
    }

    /// @param element of a row whose only value is named [#ELEMENT] when the collection is of texts
    record Any(String collection, Ask element) implements Ask {

        static final String ELEMENT = "";

        @Override
        public Boolean of(Row row) {
            return elements(row, collection).anyMatch(element -> Boolean.TRUE.equals(this.element.of(element)));
        }
    }

    record Some(String collection) implements Ask {
        @Override
        public Boolean of(Row row) {
            return elements(row, collection).findAny().isPresent();
        }
    }

    private static Stream<Row> elements(Row row, String collection) {
        return collection.equals("evidence")
                ? row.rows(collection).stream()
                : row.texts(collection).stream().map(text -> Row.of(Any.ELEMENT, text));
    }
}
