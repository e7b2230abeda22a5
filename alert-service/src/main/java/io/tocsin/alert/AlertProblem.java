package io.tocsin.alert;

import io.tocsin.wire.ProblemType;

/// What can go wrong in alert-service beyond what every service shares.
public enum AlertProblem implements ProblemType {
    ALERT_NOT_FOUND("ResourceNotFound", 404, "The alert was not found"),
    MACHINE_NOT_FOUND("ResourceNotFound", 404, "The machine was not found"),
    FILE_NOT_FOUND("ResourceNotFound", 404, "The file was not found"),
    RELATED_NOT_FOUND("ResourceNotFound", 404, "The alert has no such entity"),
    INCIDENT_REDIRECTED("InvalidInput", 400, "The incident was merged into another"),
    INCIDENT_BEYOND_REACH("DisallowedOperation", 403, "The incident holds alerts out of the caller's reach"),
    MAPPING_NOT_FOUND("ResourceNotFound", 404, "The mapping was not found"),
    EVENT_NOT_FOUND("ResourceNotFound", 404, "No stored event has this machine, time and report id"),
    HUNT_NOT_FOUND("ResourceNotFound", 404, "The hunt was not found"),
    DETECTION_NOT_FOUND("ResourceNotFound", 404, "The detection was not found"),
    WEBHOOK_NOT_FOUND("ResourceNotFound", 404, "The webhook was not found"),
    DEAD_LETTER_NOT_FOUND("ResourceNotFound", 404, "The webhook has no such dead letter"),
    WEBHOOK_STATE("DisallowedOperation", 403, "The webhook is not in a state for that"),
    POLICY_BEYOND_REACH("DisallowedOperation", 403, "Policies act on machines out of the caller's reach"),
    INCIDENT_CLOSED("DisallowedOperation", 403, "The incident is closed"),
    REFERENCE_INCOMPLETE("BadRequest", 400, "A field of the reference is missing"),
    MAPPING_TAKEN("DisallowedOperation", 403, "The mapping belongs to somebody else"),
    SOURCE_TAKEN("DisallowedOperation", 403, "The source belongs to another application"),
    TOO_MANY_PAST_DAYS(
            "DisallowedOperation",
            403,
            "There are events of as many days longer ago than telemetry is kept as there may be"),
    ALERTS_BROKEN_OFF("InvalidRequestBody", 400, "The stream ended before its end"),
    TELEMETRY_BROKEN_OFF("InvalidRequestBody", 400, "The stream ended before its end");

    private final String code;
    private final int status;
    private final String title;

    AlertProblem(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}
