package io.tocsin.secret;

/// A data key that its master key does not open.
final class WrongMasterKeyException extends RuntimeException {

    WrongMasterKeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
