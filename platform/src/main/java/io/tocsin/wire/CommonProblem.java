package io.tocsin.wire;

/// The failures every service shares, with the codes of contract 00 §3.
public enum CommonProblem implements ProblemType {
    BAD_REQUEST("BadRequest", 400, "The request is not valid"),
    ODATA_ERROR("ODataError", 400, "The query options are not valid"),
    INVALID_INPUT("InvalidInput", 400, "A value is not acceptable"),
    INVALID_HASH_VALUE("InvalidHashValue", 400, "The hash is not valid"),
    INVALID_DOMAIN_NAME("InvalidDomainName", 400, "The domain name is not valid"),
    INVALID_IP_ADDRESS("InvalidIpAddress", 400, "The IP address is not valid"),
    INVALID_REQUEST_BODY("InvalidRequestBody", 400, "The request body is missing or not valid"),
    MISSING_REQUIRED_PARAMETER("MissingRequiredParameter", 400, "A required parameter is missing"),
    MAXIMUM_BATCH_SIZE_EXCEEDED("MaximumBatchSizeExceeded", 400, "The batch is too large"),
    UNAUTHORIZED("Unauthorized", 401, "A valid bearer token is required"),
    FORBIDDEN("Forbidden", 403, "The caller lacks a permission"),
    RESOURCE_NOT_FOUND("ResourceNotFound", 404, "The resource was not found"),
    REQUEST_TOO_LARGE("InvalidRequestBody", 413, "The request body is larger than this route accepts"),
    TOO_MANY_REQUESTS("TooManyRequests", 429, "Too many requests"),
    INTERNAL_SERVER_ERROR("InternalServerError", 500, "An unexpected error occurred; retry the request"),
    SERVICE_UNAVAILABLE("ServiceUnavailable", 503, "The service cannot answer right now; retry the request");

    private final String code;
    private final int status;
    private final String title;

    CommonProblem(String code, int status, String title) {
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
