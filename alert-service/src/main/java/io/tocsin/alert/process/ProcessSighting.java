package io.tocsin.alert.process;

/// What one event says of one process.
///
/// @param process with a path of itself alone
/// @param parentProcessId of a creation whose event tells the parent by its number only
/// @param parentFileName what that parent was called
public record ProcessSighting(ProcessNode process, Long parentProcessId, String parentFileName) {

    public static ProcessSighting of(ProcessNode process) {
        return new ProcessSighting(process, null, null);
    }
}
