package io.tocsin.indicator.matching;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.ProblemException;

/// What stands in the place of a line that could not be read.
///
/// @param line counted from 1, empty ones not
@RegisterForReflection
record FaultyLine(long line, Fault error) {

    record Fault(String code, String message) {}

    static FaultyLine of(long line, ProblemException problem) {
        return new FaultyLine(line, new Fault(problem.type().code(), problem.getMessage()));
    }
}
