package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;

/// A call a step makes.
final class Call {

    private Call() {}

    /// How it ended.
    ///
    /// @param output what the step tells of it, or null
    /// @param error what went wrong, or null
    /// @param isPassing whether it is worth another attempt
    record Outcome(JsonNode output, String error, boolean isPassing) {}
}
