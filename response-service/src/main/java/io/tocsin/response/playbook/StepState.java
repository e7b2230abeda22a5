package io.tocsin.response.playbook;

/// How a step of a run stands.
enum StepState {
    Ready,
    Waiting,
    Succeeded,
    Failed,
    TimedOut,
    Rejected,
    Cancelled;

    boolean isFinal() {
        return this != Ready && this != Waiting;
    }
}
