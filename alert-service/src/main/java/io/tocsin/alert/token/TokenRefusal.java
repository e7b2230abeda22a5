package io.tocsin.alert.token;

/// Ends a token request. Its message goes to the client and never holds a secret.
final class TokenRefusal extends Exception {

    private final transient TokenProblem problem;

    TokenRefusal(TokenProblem problem, String message) {
        super(message);
        this.problem = problem;
    }

    /// The issuer cannot be asked right now.
    static TokenRefusal unavailable() {
        return new TokenRefusal(
                TokenProblem.TEMPORARILY_UNAVAILABLE, "The identity provider does not answer right now.");
    }

    TokenProblem problem() {
        return problem;
    }
}
