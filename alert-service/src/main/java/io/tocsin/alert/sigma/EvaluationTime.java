package io.tocsin.alert.sigma;

import java.util.function.BooleanSupplier;

/// A bound on how long a rule is held against one event. Each part of a rule that is asked counts as a step, and each
/// character an expression or a wildcard reads; every few hundred the clock is looked at.
public final class EvaluationTime {

    private static final ThreadLocal<EvaluationTime> CURRENT = new ThreadLocal<>();
    private static final int OFTEN = 256;

    /// A character may be thousands of steps of an expression.
    private static final int CHARACTER = 8;

    private final long end;
    private int steps;

    private EvaluationTime(long end) {
        this.end = end;
    }

    /// What the test says.
    ///
    /// @param nanos how long it may take
    /// @throws SlowRuleException when it takes longer
    public static boolean within(long nanos, BooleanSupplier test) {
        if (nanos <= 0) {
            throw new SlowRuleException();
        }
        CURRENT.set(new EvaluationTime(System.nanoTime() + nanos));
        try {
            return test.getAsBoolean();
        } finally {
            CURRENT.remove();
        }
    }

    /// The bound of this evaluation, or null.
    static EvaluationTime current() {
        return CURRENT.get();
    }

    static void step() {
        EvaluationTime current = CURRENT.get();
        if (current != null) {
            current.step(1);
        }
    }

    void step(int count) {
        steps += count;
        if (steps >= OFTEN) {
            steps = 0;
            if (System.nanoTime() - end > 0) {
                throw new SlowRuleException();
            }
        }
    }

    /// The text, which ends the reading of it when the time is over.
    static CharSequence watched(String text) {
        EvaluationTime current = CURRENT.get();
        return current == null ? text : new Watched(text, current);
    }

    private record Watched(String text, EvaluationTime time) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            time.step(CHARACTER);
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
