package io.tocsin.indicator;

/// Contract 50 §1, `action`; the last two are retired, still accepted and shown.
public enum IndicatorAction {
    Allowed,
    Audit,
    Warn,
    Block,
    BlockAndRemediate,
    Alert,
    AlertAndBlock;

    /// The action of exactly this spelling, or null.
    public static IndicatorAction spelled(String text) {
        for (IndicatorAction action : values()) {
            if (action.name().equals(text)) {
                return action;
            }
        }
        return null;
    }

    /// What a retired action does today.
    public IndicatorAction current() {
        return switch (this) {
            case Alert -> Audit;
            case AlertAndBlock -> BlockAndRemediate;
            default -> this;
        };
    }

    /// Whether the action itself asks for an alert.
    public boolean alwaysAlerts() {
        return this == Audit || this == Alert || this == AlertAndBlock;
    }
}
