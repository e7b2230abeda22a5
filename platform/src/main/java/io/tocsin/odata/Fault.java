package io.tocsin.odata;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;

/// What is wrong with a query option, worded for its caller.
final class Fault {

    private static final int SHOWN_LENGTH = 40;

    private Fault() {}

    static ProblemException of(String what) {
        return new ProblemException(CommonProblem.ODATA_ERROR, what);
    }

    /// @param position zero-based; shown one-based
    static ProblemException at(int position, String option, String what) {
        return of(what + " (position " + (position + 1) + " of " + option + ")");
    }

    /// The caller's own text, short enough for a message.
    static String shown(String text) {
        return "'" + (text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "…" : text) + "'";
    }
}
