package io.tocsin.alert.story;

import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees.Child;
import io.tocsin.alert.process.ProcessTrees.Siblings;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which children of which process are asked for.
///
/// @param alerts the page of the story they belong to
record BranchQuery(Siblings siblings, AlertCursor alerts) {

    private static final Pattern MACHINE = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern KEY = Pattern.compile("\\d{1,19}:-?\\d{1,12}");
    private static final Pattern AFTER = Pattern.compile("(-?\\d{1,18})_(\\d{1,19}:-?\\d{1,12})");

    /// @throws ProblemException 400 when one is missing or is none
    static BranchQuery of(UUID tenant, String machineId, String root, String after, AlertCursor alerts) {
        String machine = required("machineId", machineId).strip().toLowerCase(Locale.ROOT);
        String key = required("root", root).strip();
        if (!MACHINE.matcher(machine).matches() || !KEY.matcher(key).matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "machineId or root names no process");
        }
        var process = new ProcessRef(tenant, machine, key);
        if (after == null || after.isBlank()) {
            return new BranchQuery(Siblings.of(process), alerts);
        }
        Matcher cursor = AFTER.matcher(after.strip());
        if (!cursor.matches()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "after is not what a story answered");
        }
        return new BranchQuery(new Siblings(process, Long.parseLong(cursor.group(1)), cursor.group(2)), alerts);
    }

    ProcessRef root() {
        return siblings.parent();
    }

    private static String required(String name, String value) {
        if (value == null || value.isBlank()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, name + " argument is missing");
        }
        return value;
    }

    /// @param story the path of the story
    static String next(String story, AlertCursor alerts, Forest.Continuation continuation) {
        Child last = continuation.last();
        return story + "/processes?machineId=" + continuation.process().machineId() + "&root="
                + continuation.process().key()
                + (last == null
                        ? ""
                        : "&after=" + last.created() + "_" + last.ref().key())
                + (alerts.parameter().isEmpty() ? "" : "&" + alerts.parameter());
    }
}
