package io.tocsin.alert.sigma;

/// A rule has had its time.
public final class SlowRuleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SlowRuleException() {
        super("the rule takes too long", null, false, false);
    }
}
