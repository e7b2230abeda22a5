package io.tocsin.odata;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts an option into tokens. A `+`, `%20` or `%2B` between tokens is a space: some clients encode twice, so it
/// survives
/// decoding.
final class Lexer {

    /// Longer than any filter a client has reason to write.
    static final int MAX_LENGTH = 8_192;

    private static final String NOT_LONGER = "(?![\\w.:-])";

    private static final Pattern SPACE = Pattern.compile("(?:[\\s+]|%20|%2[Bb])++");
    private static final Pattern SYMBOL = Pattern.compile("[()\\[\\],/:]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*+");
    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}" + NOT_LONGER);
    private static final Pattern NUMBER = Pattern.compile("-?\\d++(?:\\.\\d++)?" + NOT_LONGER);

    /// The offset may have lost its `+` to decoding.
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}"
            + "(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d++)?)?)?"
            + "(?:[Zz]|(?:[+-]|%2[Bb])\\d{2}:?\\d{2}|(?<=T[\\d:.]{1,20}) \\d{2}:\\d{2})?"
            + NOT_LONGER);

    /// What may stand right before a quote: a type, or an enumeration's qualified name. The property's own type says
    /// how
    /// the text is read.
    private static final Pattern TYPE_PREFIX =
            Pattern.compile("(?i)(?:datetimeoffset|datetime|guid|(?:\\w++\\.)++\\w++)(?=['\"])");

    /// `''x''`: quotes doubled by a client that escaped the whole literal. An empty text is never followed by a letter.
    private static final Pattern DOUBLED = Pattern.compile("(['\"])\\1([^'\"\\s,)\\]+%][^'\"]*+)\\1\\1");

    private final String option;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int position;

    private Lexer(String option, String text) {
        this.option = option;
        this.text = text;
    }

    /// The tokens of an option's text, closed by one of kind `END`.
    static List<Token> tokens(Option option, String text) {
        var lexer = new Lexer(option.wireName(), text);
        lexer.check();
        lexer.readAll();
        return lexer.tokens;
    }

    private void check() {
        if (text.length() > MAX_LENGTH) {
            throw Fault.at(MAX_LENGTH, option, option + " is longer than " + MAX_LENGTH + " characters");
        }
        if (text.indexOf('\0') >= 0) {
            throw Fault.at(text.indexOf('\0'), option, "A NUL character is not allowed");
        }
    }

    private void readAll() {
        skip(SPACE);
        while (position < text.length()) {
            readOne();
            skip(SPACE);
        }
        tokens.add(new Token(TokenKind.END, "", position, option));
    }

    private void readOne() {
        boolean read = quoted()
                || matched(TokenKind.GUID, GUID)
                || matched(TokenKind.TIME, TIME)
                || matched(TokenKind.NUMBER, NUMBER)
                || matched(TokenKind.NAME, NAME)
                || matched(TokenKind.SYMBOL, SYMBOL);
        if (!read) {
            String rest = text.substring(position);
            throw Fault.at(position, option, "Cannot read " + Fault.shown(rest) + "; text belongs in quotes");
        }
    }

    private boolean matched(TokenKind kind, Pattern pattern) {
        Matcher matcher = at(pattern);
        boolean found = matcher.lookingAt();
        if (found) {
            tokens.add(new Token(kind, matcher.group(), position, option));
            position = matcher.end();
        }
        return found;
    }

    private void skip(Pattern pattern) {
        Matcher matcher = at(pattern);
        if (matcher.lookingAt()) {
            position = matcher.end();
        }
    }

    private Matcher at(Pattern pattern) {
        return pattern.matcher(text).region(position, text.length());
    }

    private boolean quoted() {
        int start = position;
        skip(TYPE_PREFIX);
        char quote = text.charAt(position);
        boolean found = quote == '\'' || quote == '"';
        if (found) {
            tokens.add(new Token(TokenKind.TEXT, unquoted(quote), start, option));
        }
        return found;
    }

    private String unquoted(char quote) {
        Matcher doubled = at(DOUBLED);
        if (doubled.lookingAt()) {
            position = doubled.end();
            return doubled.group(2);
        }
        return upToClosing(quote);
    }

    /// The text up to the closing quote, in which a doubled quote stands for one.
    private String upToClosing(char quote) {
        int open = position;
        var value = new StringBuilder();
        do {
            int close = text.indexOf(quote, position + 1);
            if (close < 0) {
                throw Fault.at(open, option, "The text that opens here is not closed by " + quote);
            }
            value.append(text, position == open ? open + 1 : position, close);
            position = close + 1;
        } while (position < text.length() && text.charAt(position) == quote);
        return value.toString();
    }
}
