package io.tocsin.response.action;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where an action stands (contract 30 §2), and what every event does to it there: the one place that says so. The
/// statements of [ActionRepository] are guarded by [#before], so none can do what this table does not allow.
public enum ActionStatus {
    Pending,
    InProgress,
    Succeeded,
    Failed,
    TimeOut,
    Cancelled;

    /// What happens to an action.
    enum Event {
        /// Its agent fetches what there is to do, and the lease of an earlier delivery, if any, is over.
        DELIVER,
        /// Its agent says, with a lease it was given, that it was done.
        REPORT_SUCCESS,
        /// Its agent says, with a lease it was given, that it could not be done.
        REPORT_FAILURE,
        /// Somebody takes it back.
        CANCEL,
        /// Its deadline passes.
        EXPIRE
    }

    /// What an event does.
    enum Effect {
        /// It becomes what [Outcome#next] says.
        MOVES,
        /// It stays, and whoever brought the event is told how it stands.
        TOO_LATE,
        /// It stays, and the report is kept beside the state that was final before: the machine did, or did not do,
        /// what nobody waited for any more.
        KEPT_BESIDE,
        /// It cannot happen: there is no lease to report with, or nothing to fetch.
        NEVER
    }

    /// @param next the state after it; the same where nothing moves
    record Outcome(Effect effect, ActionStatus next) {}

    boolean isFinal() {
        return this != Pending && this != InProgress;
    }

    /// What the event does to an action in this state.
    Outcome on(Event event) {
        return switch (this) {
            case Pending ->
                switch (event) {
                    case DELIVER -> moves(InProgress);
                    case REPORT_SUCCESS, REPORT_FAILURE -> new Outcome(Effect.NEVER, this);
                    case CANCEL -> moves(Cancelled);
                    case EXPIRE -> moves(TimeOut);
                };
            case InProgress ->
                switch (event) {
                    case DELIVER -> moves(InProgress);
                    case REPORT_SUCCESS -> moves(Succeeded);
                    case REPORT_FAILURE -> moves(Failed);
                    case CANCEL -> moves(Cancelled);
                    case EXPIRE -> moves(TimeOut);
                };
            case Succeeded, Failed ->
                switch (event) {
                    case DELIVER, EXPIRE -> new Outcome(Effect.NEVER, this);
                    case REPORT_SUCCESS, REPORT_FAILURE, CANCEL -> new Outcome(Effect.TOO_LATE, this);
                };
            case TimeOut, Cancelled ->
                switch (event) {
                    case DELIVER, EXPIRE -> new Outcome(Effect.NEVER, this);
                    case REPORT_SUCCESS, REPORT_FAILURE -> new Outcome(Effect.KEPT_BESIDE, this);
                    case CANCEL -> new Outcome(Effect.TOO_LATE, this);
                };
        };
    }

    private static Outcome moves(ActionStatus next) {
        return new Outcome(Effect.MOVES, next);
    }

    /// The states the event has this effect in, as SQL: `status in ('Pending', 'InProgress')`.
    static String before(Event event, Effect effect) {
        return Stream.of(values())
                .filter(status -> status.on(event).effect() == effect)
                .map(status -> "'" + status + "'")
                .collect(Collectors.joining(", ", "status in (", ")"));
    }

    /// As `$filter` may name them.
    static List<String> names() {
        return Stream.of(values()).map(Enum::name).toList();
    }
}
