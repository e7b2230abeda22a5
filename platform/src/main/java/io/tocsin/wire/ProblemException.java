package io.tocsin.wire;

/// Ends a request with the contract's error envelope. Its message is shown to the caller, so it never holds a secret or
/// another tenant's data.
public class ProblemException extends RuntimeException {

    private final transient ProblemType type;

    /// The failure with its own title as the message.
    public ProblemException(ProblemType type) {
        this(type, type.title());
    }

    /// The failure with a message that names the fault.
    public ProblemException(ProblemType type, String message) {
        super(message);
        this.type = type;
    }

    /// What kind of failure this is.
    public ProblemType type() {
        return type;
    }
}
