package io.tocsin.response.investigation;

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
        boolean automatic) {}
