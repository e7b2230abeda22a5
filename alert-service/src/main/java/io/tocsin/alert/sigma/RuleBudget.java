package io.tocsin.alert.sigma;

/// What rules may take of the memory of every replica, counted before anything is compiled: instructions of expressions
/// and places in conditions, of one rule with its exclusions and of all rules of a tenant.
public final class RuleBudget {

    /// Some three megabytes.
    static final long RULE = 10 * ExpressionSize.MOST;

    /// Some twelve megabytes of a tenant.
    static final long TENANT = 4 * RULE;

    private static final long PLACES = 20_000;

    private final RuleBudget whole;
    private long instructions;
    private long places = PLACES;

    private RuleBudget(RuleBudget whole, long instructions) {
        this.whole = whole;
        this.instructions = instructions;
    }

    /// Of all rules of a tenant.
    public static RuleBudget ofTenant() {
        return new RuleBudget(null, TENANT);
    }

    /// Of one rule alone.
    public static RuleBudget ofRule() {
        return new RuleBudget(null, RULE);
    }

    /// Of one of the rules of a tenant.
    public RuleBudget ofOneRule() {
        return new RuleBudget(this, RULE);
    }

    /// Whether something of it holds an expression.
    public boolean isTouched() {
        return instructions < RULE;
    }

    void takeExpression(String line, long size) {
        if (size > ExpressionSize.MOST) {
            throw new SigmaException("'" + line + "': the expression repeats too much to be compiled: it is "
                    + ExpressionSize.MOST + " characters written out at most");
        }
        if (size > instructions) {
            throw new SigmaException("'" + line + "': the expressions of the rule and its exclusions are longer than "
                    + RULE + " characters together, written out");
        }
        if (whole != null && RULE - instructions + size > whole.instructions) {
            throw new SigmaException("'" + line + "': the expressions of all the tenant's rules are longer than "
                    + TENANT + " characters together, written out");
        }
        instructions -= size;
    }

    /// Takes of the tenant's what a rule has taken that is in force.
    public void settle() {
        if (whole != null) {
            whole.instructions -= RULE - instructions;
        }
    }

    void takePlaces(int count) {
        places -= count;
        if (places < 0) {
            throw new SigmaException("the rule's conditions name more than " + PLACES + " items");
        }
    }
}
