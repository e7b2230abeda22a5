package io.tocsin.alert.story;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Behind which alert of an incident a page of its story begins.
///
/// @param ticks when the alert's first event was
record AlertCursor(long ticks, String id) {

    static final AlertCursor START = new AlertCursor(Long.MIN_VALUE, "");

    private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})_([\\w-]{1,128})");

    /// @throws ProblemException 400 when it is none
    static AlertCursor of(String text) {
        if (text == null || text.isBlank()) {
            return START;
        }
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "alerts is not what a story answered");
        }
        return new AlertCursor(Long.parseLong(form.group(1)), form.group(2));
    }

    /// What a link to the same page holds, empty for the first.
    String parameter() {
        return equals(START) ? "" : "alerts=" + ticks + "_" + id;
    }
}
