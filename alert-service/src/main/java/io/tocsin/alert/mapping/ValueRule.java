package io.tocsin.alert.mapping;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where one property of an alert comes from: a JSON Pointer (RFC 6901), or a template that names pointers in
/// braces; one of them. What was found may be looked up in a table.
///
/// @param pointer `/rule/name`
/// @param template `{/rule/name} from {/src}`; `{{` is a brace
/// @param values what a found text means, compared without case; what is not in it is taken as it is, or as
///     `otherwise`
/// @param otherwise what is taken when nothing is found, or what is found is not in the table
/// @param time how a time is written; default: as on our wire
@RegisterForReflection
public record ValueRule(
        String pointer,
        String template,
        Map<String, String> values,
        @JsonProperty("default") String otherwise,
        TimeForm time) {

    private static final Pattern PART = Pattern.compile("\\{\\{|\\{([^{}]*)\\}");
    private static final int LONGEST = 1_000;
    private static final int MOST_VALUES = 200;

    /// A number with more of them is none that a time was ever written as, and takes long to be counted out.
    private static final int MOST_DIGITS = 1_000;

    /// How a product writes a time.
    public enum TimeForm {
        Text,
        EpochSeconds,
        EpochMilliseconds
    }

    /// @throws ProblemException 400 when it is no rule
    void check(String name) {
        if (pointer != null && template != null || pointer == null && template == null && otherwise == null) {
            throw wrong(name + " needs one of pointer, template and default");
        }
        if (Stream.of(pointer, template, otherwise).anyMatch(text -> text != null && text.length() > LONGEST)) {
            throw wrong(name + " has a text of more than " + LONGEST + " characters");
        }
        if (values != null && (values.size() > MOST_VALUES || values.containsValue(null))) {
            throw wrong(name + ".values holds more than " + MOST_VALUES + " entries, or one without a value");
        }
        if (pointer != null) {
            pointer(name, pointer);
        }
        if (template != null) {
            Matcher part = PART.matcher(template);
            while (part.find()) {
                if (part.group(1) != null) {
                    pointer(name, part.group(1));
                }
            }
        }
    }

    static JsonPointer pointer(String name, String text) {
        try {
            return JsonPointer.compile(text);
        } catch (IllegalArgumentException wrong) {
            throw wrong(name + ": '" + text + "' is no JSON pointer");
        }
    }

    static ProblemException wrong(String what) {
        return new ProblemException(CommonProblem.INVALID_INPUT, what);
    }

    /// Null when there is nothing.
    String of(JsonNode event) {
        String found = pointer != null ? AlertForm.text(event.at(pointer)) : template == null ? null : filled(event);
        if (found == null) {
            return otherwise;
        }
        if (time != null && time != TimeForm.Text) {
            return time(found);
        }
        return values == null ? found : looked(found);
    }

    /// Null when none of the places it names holds anything.
    private String filled(JsonNode event) {
        var text = new StringBuilder();
        boolean any = false;
        boolean asks = false;
        Matcher part = PART.matcher(template);
        while (part.find()) {
            String value = part.group(1) == null ? "{" : AlertForm.text(event.at(part.group(1)));
            asks |= part.group(1) != null;
            any |= part.group(1) != null && value != null;
            part.appendReplacement(text, Matcher.quoteReplacement(value == null ? "" : value));
        }
        part.appendTail(text);
        return asks && !any ? null : text.toString().strip();
    }

    private String looked(String found) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(found.toLowerCase(Locale.ROOT)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(otherwise == null ? found : otherwise);
    }

    /// What is no time, or none a time can be, is as good as nothing.
    private String time(String found) {
        try {
            var number = new BigDecimal(found).movePointRight(time == TimeForm.EpochSeconds ? 7 : 4);
            if (Math.abs(number.scale()) > MOST_DIGITS) {
                return otherwise;
            }
            return new WireTime(number.setScale(0, RoundingMode.FLOOR).longValueExact()).toString();
        } catch (ArithmeticException | NumberFormatException | DateTimeException noTime) {
            return otherwise;
        }
    }
}
