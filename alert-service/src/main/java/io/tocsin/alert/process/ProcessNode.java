package io.tocsin.alert.process;

import static java.util.Objects.requireNonNull;

import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.List;

/// What is known of a process.
///
/// @param parentKey null when nobody said who started it
/// @param parentNumber what the parent was found by, null when a log named the very process
/// @param path keys from the topmost known ancestor to the process itself
/// @param observed whether its creation was seen; else it is known as somebody's parent or by what it did
public record ProcessNode(
        ProcessRef ref,
        String parentKey,
        ParentNumber parentNumber,
        List<String> path,
        boolean observed,
        Long processId,
        WireTime creationTime,
        String fileName,
        String folderPath,
        String commandLine,
        String sha1,
        String sha256,
        String accountDomain,
        String accountName,
        String accountSid) {

    /// Whether the topmost is cut off: nothing runs this deep but a loop that somebody made to be annoying.
    static final int DEEPEST = 48;

    public ProcessNode {
        requireNonNull(ref);
        path = List.copyOf(path);
    }

    /// The same with what the other says, too: of a creation everything, else only what was missing. A parent that is
    /// named is surer than one that was found by its number.
    ProcessNode and(ProcessNode other) {
        boolean better = other.observed && !observed;
        ProcessNode first = better ? other : this;
        ProcessNode second = better ? this : other;
        String named = or(first.namedParent(), second.namedParent());
        return new ProcessNode(
                ref,
                named == null ? or(first.parentKey, second.parentKey) : named,
                named == null ? or(first.parentNumber, second.parentNumber) : null,
                path,
                first.observed,
                or(first.processId, second.processId),
                or(first.creationTime, second.creationTime),
                or(first.fileName, second.fileName),
                or(first.folderPath, second.folderPath),
                or(first.commandLine, second.commandLine),
                or(first.sha1, second.sha1),
                or(first.sha256, second.sha256),
                or(first.accountDomain, second.accountDomain),
                or(first.accountName, second.accountName),
                or(first.accountSid, second.accountSid));
    }

    private String namedParent() {
        return parentNumber == null ? parentKey : null;
    }

    ProcessNode startedBy(String parent) {
        return with(parent, path);
    }

    ProcessNode at(List<String> newPath) {
        return with(parentKey, newPath);
    }

    private ProcessNode with(String parent, List<String> newPath) {
        return new ProcessNode(
                ref,
                parent,
                parentNumber,
                newPath,
                observed,
                processId,
                creationTime,
                fileName,
                folderPath,
                commandLine,
                sha1,
                sha256,
                accountDomain,
                accountName,
                accountSid);
    }

    /// Below a parent; too deep, or below itself, it begins a tree of its own.
    List<String> below(List<String> parentPath) {
        if (parentPath.size() >= DEEPEST || parentPath.contains(ref.key())) {
            return List.of(ref.key());
        }
        var below = new ArrayList<>(parentPath);
        below.add(ref.key());
        return below;
    }

    private static <T> T or(T first, T second) {
        return first == null ? second : first;
    }
}
