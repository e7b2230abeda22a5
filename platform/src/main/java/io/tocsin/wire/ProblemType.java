package io.tocsin.wire;

/// A kind of failure a caller can meet. Each service lists its own in one enum, which is also its error reference.
public interface ProblemType {

    /// The code of the contract's list (contract 00 §3), stable for clients to match on.
    String code();

    /// The HTTP status the failure is answered with, 400 to 599.
    int status();

    /// What went wrong, for a person; completed by the detail of the [ProblemException].
    String title();
}
