package io.tocsin.alert.correlation;

/// What of an incident decides whether it may be merged (contract 95 §4).
record CandidateIncident(
        long id, long createdTicks, String status, String assignedTo, String classification, String determination) {

    boolean isOpen() {
        return status.equals("Active") || status.equals("InProgress");
    }

    /// Whether a person has had it in hands: the other one is merged into it then, not it into the other.
    boolean isTouched() {
        return status.equals("InProgress") || assignedTo != null || classification != null || determination != null;
    }

    /// What one of the two does not say is no difference.
    boolean mergesWith(CandidateIncident other) {
        return isOpen()
                && other.isOpen()
                && agree(assignedTo, other.assignedTo)
                && agree(classification, other.classification)
                && agree(determination, other.determination);
    }

    /// The two as one.
    CandidateIncident with(CandidateIncident other) {
        return new CandidateIncident(
                id,
                createdTicks,
                isTouched() || !other.isTouched() ? status : other.status,
                assignedTo == null ? other.assignedTo : assignedTo,
                classification == null ? other.classification : classification,
                determination == null ? other.determination : determination);
    }

    private static boolean agree(String one, String other) {
        return one == null || other == null || one.equals(other);
    }
}
