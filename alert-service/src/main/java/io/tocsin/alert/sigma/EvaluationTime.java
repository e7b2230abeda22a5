package io.tocsin.alert.sigma;

import java.util.function.BooleanSupplier;

/// A bound on how long a rule is held against one event. What may take long looks at it now and then.
public final class EvaluationTime {

    private static final ThreadLocal<Long> END = new ThreadLocal<>();
    private static final int OFTEN = 4_096;

    private EvaluationTime() {}

    /// What the test says.
    ///
    /// @param nanos how long it may take
    /// @throws SlowRuleException when it takes longer
    public static boolean within(long nanos, BooleanSupplier test) {
        if (nanos <= 0) {
            throw new SlowRuleException();
        }
        END.set(System.nanoTime() + nanos);
        try {
            return test.getAsBoolean();
        } finally {
            END.remove();
        }
    }

    /// Called with every step; looks at the clock at few of them.
    static void step(int steps) {
        if (steps % OFTEN == OFTEN - 1) {
            check();
        }
    }

    private static void check() {
        Long end = END.get();
        if (end != null && System.nanoTime() - end > 0) {
            throw new SlowRuleException();
        }
    }

    /// The text, which ends the reading of it when the time is over.
    static CharSequence watched(String text) {
        return END.get() == null ? text : new Watched(text);
    }

    private static final class Watched implements CharSequence {

        private final String text;
        private int reads;

        Watched(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++reads % 64 == 0) { // each may be thousands of steps of an expression
                check();
            }
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
