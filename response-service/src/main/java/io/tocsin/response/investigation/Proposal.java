package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Something to be done about what was found.
///
/// @param target what it is about, by a name that tells it from others of the machine
/// @param path of the file that is the reason, or null
/// @param details what the agent needs to find the target
record Proposal(
        RemediationKind kind,
        String machineId,
        String target,
        String path,
        ObjectNode details,
        Verdict verdict,
        boolean automatic) {

    /// One about a file that an agent can be told.
    static Proposal about(
            RemediationKind kind, String machine, Evidence.Found file, Verdict verdict, boolean automatic) {
        return new Proposal(
                kind,
                machine,
                file.value(),
                file.path(),
                JsonNodeFactory.instance.objectNode().put("sha1", file.value()),
                verdict,
                automatic);
    }
}
