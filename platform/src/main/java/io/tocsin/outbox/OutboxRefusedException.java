package io.tocsin.outbox;

/// The destination said no, and will say no again.
public final class OutboxRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// @param reason for the operator: no payload, no secret
    public OutboxRefusedException(String reason) {
        super(reason);
    }
}
