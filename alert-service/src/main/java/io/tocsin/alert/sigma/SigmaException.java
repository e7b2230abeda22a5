package io.tocsin.alert.sigma;

import java.io.Serial;

/// A rule cannot be used; the message says what of it, and why, to the one who wrote it.
public final class SigmaException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    public SigmaException(String message) {
        super(message);
    }
}
