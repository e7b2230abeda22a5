package io.tocsin.indicator;

import io.tocsin.wire.ProblemType;

/// What can go wrong in indicator-service beyond what every service shares (contract 50 §9).
public enum IndicatorProblem implements ProblemType {
    INVALID_HASH("InvalidHashValue", "Not a hash of that kind"),
    INVALID_DOMAIN("InvalidDomainName", "Not a domain name"),
    INVALID_IP("InvalidIpAddress", "Not an IP address"),
    INVALID_URL("InvalidUrl", "Not a URL"),
    WARNING_LISTED("WarningListed", "It would block what must not be blocked"),
    WARNING_NOT_FOUND("ResourceNotFound", 404, "The warning was not found"),
    SOURCE_NOT_FOUND("ResourceNotFound", 404, "The source was not found"),
    SOURCE_EXISTS("InvalidInput", "There is a source of this name"),
    SOURCE_BUSY("RequestInProgress", 409, "The list is being fetched already"),
    IMPORT_BROKEN_OFF("InvalidRequestBody", "The stream broke off"),
    IMPORT_NOT_FOUND("ResourceNotFound", 404, "The import was not found"),
    IMPORT_IN_PROGRESS("RequestInProgress", 409, "Somebody else sends this import"),
    COLLECTION_NOT_FOUND("ResourceNotFound", 404, "There is no such collection or status"),
    INDICATOR_NOT_FOUND("ResourceNotFound", 404, "The indicator was not found");

    private final String code;
    private final int status;
    private final String title;

    IndicatorProblem(String code, String title) {
        this(code, 400, title);
    }

    IndicatorProblem(String code, int status, String title) {
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
