package io.tocsin.response.playbook;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;

/// Says what is wrong with a definition, and where.
final class PlaybookProblem {

    private PlaybookProblem() {}

    static ProblemException at(String place, String what) {
        return new ProblemException(CommonProblem.INVALID_INPUT, place + " " + what);
    }
}
