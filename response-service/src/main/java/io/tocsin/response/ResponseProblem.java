package io.tocsin.response;

import io.tocsin.wire.ProblemType;

/// What can go wrong in response-service beyond what every service shares.
public enum ResponseProblem implements ProblemType {
    ALERT_NOT_FOUND("ResourceNotFound", 404, "The alert was not found"),
    MACHINE_NOT_FOUND("ResourceNotFound", 404, "The machine was not found"),
    MACHINE_AMBIGUOUS("InvalidInput", 400, "Several machines are called so; name one by its id"),
    DEVICE_GROUP_NOT_FOUND("ResourceNotFound", 404, "The device group was not found"),
    INVESTIGATION_NOT_FOUND("ResourceNotFound", 404, "The investigation was not found"),
    REMEDIATION_NOT_FOUND("ResourceNotFound", 404, "The remediation was not found"),
    PLAYBOOK_NOT_FOUND("ResourceNotFound", 404, "The playbook or run was not found"),
    RUN_ENDED("BadRequest", 400, "The run has ended"),
    TOKEN_NOT_FOUND("ResourceNotFound", 404, "The token or agent was not found"),
    TOO_MANY_AGENTS("TooManyRequests", 429, "Too many agents wait on this replica; come again later"),
    TOO_MANY_UPLOADS("TooManyRequests", 429, "Too many uploads run on this replica; come again later"),
    INVESTIGATION_ENDED("BadRequest", 400, "The investigation has ended"),
    REMEDIATION_DECIDED("BadRequest", 400, "The remediation does not wait for a decision"),
    REMEDIATION_NOT_UNDOABLE("BadRequest", 400, "There is nothing to take back"),
    FOUR_EYES("DisallowedOperation", 403, "It takes somebody else to approve it"),
    REMEDIATION_BEYOND_REACH("DisallowedOperation", 403, "It acts on machines of device groups closed to the caller"),
    POLICY_BEYOND_REACH(
            "DisallowedOperation", 403, "The policy acts on machines of device groups closed to the caller"),
    OS_PLATFORM_NOT_SUPPORTED("OsPlatformNotSupported", 400, "It is not possible on this operating system"),
    CLIENT_VERSION_NOT_SUPPORTED("ClientVersionNotSupported", 400, "The agent of the machine is too old for it"),
    LIVE_RESPONSES_FULL("TooManyRequests", 429, "Too many live responses run; wait until one has ended"),
    NOT_A_PACKAGE("InvalidInput", 400, "Provided Guid is not a valid id for a CollectInvestigationPackage action"),
    NOT_A_LIVE_RESPONSE("InvalidInput", 400, "Provided Guid is not a valid id for a LiveResponse action"),
    FILE_NOT_THERE("ResourceNotFound", 404, "The file is not there"),
    FILE_STORE_UNREACHABLE("ServiceUnavailable", 503, "Files cannot be reached; come again later"),
    LIBRARY_FILE_NOT_FOUND("ResourceNotFound", 404, "The library has no such file"),
    LIBRARY_FILE_EXISTS("BadRequest", 400, "The library has a file of that name; set OverrideIfExists to replace it"),
    NO_AUTOMATED_RESPONSE("DisabledFeature", 403, "The machine's device group wants no automated response"),
    ACTION_NOT_FOUND("ResourceNotFound", 404, "The machine action was not found"),
    ACTIVE_REQUEST_EXISTS("ActiveRequestAlreadyExists", 400, "Action is already in progress"),
    ACTION_ENDED("BadRequest", 400, "The action is already in final state"),
    RESYNC_REQUIRED(
            "ResyncRequired",
            410,
            "The cursor is of a history that was lost when the database was restored; forget what was received and ask without a cursor"),
    MACHINE_NOT_ONBOARDED("BadRequest", 400, "The machine is not onboarded");

    private final String code;
    private final int status;
    private final String title;

    ResponseProblem(String code, int status, String title) {
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
