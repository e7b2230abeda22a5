package io.tocsin.odata;

import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// Reads literals as the property they are compared with needs them; quotes around a number, time, GUID or truth value
/// are as good as none.
final class Literals {

    private static final Set<TokenKind> TEXTS =
            EnumSet.of(TokenKind.TEXT, TokenKind.NUMBER, TokenKind.TIME, TokenKind.GUID);

    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /// `2026-01-05T10:00:00 02:00`, an offset whose `+` was decoded as a space, or not decoded at all.
    private static final Pattern LOST_PLUS = Pattern.compile("(T[0-9:.]+)(?: |%2[Bb])([0-9]{2}:?[0-9]{2})");

    private Literals() {}

    static String text(Property property, Token literal) {
        if (!TEXTS.contains(literal.kind())) {
            throw unfit(property, literal, "text in quotes");
        }
        return literal.text();
    }

    static Long wholeNumber(Property property, Token literal) {
        try {
            return Long.valueOf(literal.text());
        } catch (NumberFormatException unreadable) {
            throw unfit(property, literal, "a whole number");
        }
    }

    static Boolean truth(Property property, Token literal) {
        if (literal.text().equalsIgnoreCase("true")) {
            return true;
        }
        if (literal.text().equalsIgnoreCase("false")) {
            return false;
        }
        throw unfit(property, literal, "true or false");
    }

    static Long ticks(Property property, Token literal) {
        try {
            String text = LOST_PLUS.matcher(literal.text()).replaceFirst("$1+$2");
            return WireTime.parse(text).ticks();
        } catch (IllegalArgumentException unreadable) {
            throw unfit(property, literal, "a time such as 2026-01-05T10:00:00Z");
        }
    }

    static String spelling(Property property, Token literal) {
        String spelling = property.spellings().get(literal.text());
        if (spelling == null) {
            throw unfit(
                    property,
                    literal,
                    "one of " + String.join(", ", property.spellings().values()));
        }
        return spelling;
    }

    static UUID guid(Property property, Token literal) {
        if (!GUID.matcher(literal.text()).matches()) {
            throw unfit(property, literal, "a GUID");
        }
        return UUID.fromString(literal.text());
    }

    private static ProblemException unfit(Property property, Token literal, String wanted) {
        return literal.fault(property.name() + " is compared with " + wanted + ", not with " + literal.shown());
    }
}
