package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.identity.Caller;
import io.tocsin.indicator.CanonicalRange;
import io.tocsin.indicator.CanonicalValue;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorProblem;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A request that holds every rule of contract 50 §5, §8 and §9.
record CheckedIndicator(
        SubmitIndicatorRequest request,
        IndicatorType type,
        IndicatorAction action,
        String matchValue,
        String answeredValue,
        String severity,
        int category,
        List<String> rbacGroupNames,
        List<String> rbacGroupIds,
        List<String> mitreTechniques,
        boolean overridden) {

    /// Which door an indicator comes by.
    enum Form {
        /// `/api`, to the letter of the contract: no ranges, no wildcards, no issuers.
        PARTNER,
        /// `/v1`, with what is ours beside it.
        OWN
    }

    static CheckedIndicator of(SubmitIndicatorRequest it, WireTime now, Form form) {
        if (it.indicatorValue() == null || it.indicatorValue().isBlank()) {
            throw invalid("Recieved an empty indicator value."); // the recorded spelling, which clients match on
        }
        required("indicatorType", it.indicatorType());
        required("action", it.action());
        required("title", it.title());
        required("description", it.description());
        bounded("indicatorValue", it.indicatorValue(), CanonicalValue.LONGEST);
        bounded("title", it.title(), 512);
        bounded("description", it.description(), 4000);
        bounded("recommendedActions", it.recommendedActions(), 4000);
        bounded("application", it.application(), 256);
        bounded("educateUrl", it.educateUrl(), 2048);
        bounded("externalId", it.externalId(), 256);
        IndicatorType type = IndicatorType.spelled(it.indicatorType().strip());
        IndicatorAction action = IndicatorAction.spelled(it.action().strip());
        if (type == null) {
            throw invalid("'" + it.indicatorType() + "' is not an indicator type");
        }
        if (action == null) {
            throw invalid("'" + it.action() + "' is not an action");
        }
        if (form == Form.PARTNER) {
            refuseWhatIsOurOwn(type, it.indicatorValue());
        }
        String value = CanonicalValue.of(type, it.indicatorValue());
        bounded("indicatorValue, its characters escaped,", value, CanonicalValue.LONGEST);
        if (type == IndicatorType.IpAddress) {
            CanonicalValue.requireExternal(it.indicatorValue());
        }
        checkAction(it, type, action);
        if (it.expirationTime() != null && it.expirationTime().compareTo(now) <= 0) {
            throw invalid("expirationTime is in the past");
        }
        return new CheckedIndicator(
                it,
                type,
                action,
                value,
                CanonicalValue.answered(type, it.indicatorValue()),
                severity(it.severity()),
                Category.number(it.category()),
                strings("rbacGroupNames", it.rbacGroupNames()),
                strings("rbacGroupIds", it.rbacGroupIds()),
                strings("mitreTechniques", it.mitreTechniques()),
                false);
    }

    /// The same, looked up among the warnings.
    ///
    /// @throws ProblemException `WarningListed` when it would block what must not be and nobody said it is meant
    CheckedIndicator heeding(Warnings warnings, boolean override) {
        if (!override) {
            warnings.require(this);
            return this;
        }
        return warnings.isListed(this)
                ? new CheckedIndicator(
                        request,
                        type,
                        action,
                        matchValue,
                        answeredValue,
                        severity,
                        category,
                        rbacGroupNames,
                        rbacGroupIds,
                        mitreTechniques,
                        true)
                : this;
    }

    private static void refuseWhatIsOurOwn(IndicatorType type, String value) {
        if (type == IndicatorType.IpAddress && CanonicalRange.isRange(value)) {
            throw new ProblemException(IndicatorProblem.INVALID_IP, "IP address " + value.strip() + " is invalid");
        }
        if (type == IndicatorType.CertificateThumbprint
                && value.strip().toLowerCase(java.util.Locale.ROOT).startsWith(CanonicalValue.ISSUER)) {
            throw new ProblemException(IndicatorProblem.INVALID_HASH, "'" + value.strip() + "' is not a valid hash");
        }
        if (type == IndicatorType.DomainName && value.strip().startsWith(CanonicalValue.WILDCARD)) {
            throw new ProblemException(
                    IndicatorProblem.INVALID_DOMAIN, "'" + value.strip() + "' is not a valid domain name");
        }
    }

    private static void checkAction(SubmitIndicatorRequest it, IndicatorType type, IndicatorAction action) {
        if (action == IndicatorAction.Audit && !Boolean.TRUE.equals(it.generateAlert())) {
            throw invalid("generateAlert must be true with the action Audit");
        }
        boolean forCertificates = action == IndicatorAction.Allowed || action == IndicatorAction.BlockAndRemediate;
        if (type == IndicatorType.CertificateThumbprint && !forCertificates) {
            throw invalid("The action " + action + " is not possible for CertificateThumbprint");
        }
    }

    boolean generateAlert() {
        return Boolean.TRUE.equals(request.generateAlert()) || action.alwaysAlerts();
    }

    /// Whether a row says all this already.
    boolean isJust(IndicatorEntity known) {
        return new IndicatorChange(known, replacing(known)).changesNothing();
    }

    /// The row as it is when this was put into it.
    IndicatorEntity replacing(IndicatorEntity known) {
        IndicatorEntity row = content();
        row.tenantId = known.tenantId;
        row.id = known.id;
        row.createdBy = known.createdBy;
        row.application = known.application;
        return row;
    }

    /// The row as it is when it was made of this.
    IndicatorEntity creating(Caller caller, long id, WireTime now) {
        IndicatorEntity row = content();
        row.tenantId = caller.tenant();
        row.id = id;
        row.createdBy = caller.name();
        row.createdByDisplayName = caller.displayName();
        row.application = request.application();
        row.creationTime = now;
        row.lastUpdateTime = now;
        return row;
    }

    private IndicatorEntity content() {
        var row = new IndicatorEntity();
        row.indicatorType = type.name();
        row.indicatorValue = answeredValue;
        row.matchValue = matchValue;
        row.action = action.name();
        row.severity = severity;
        row.category = category;
        row.educateUrl = request.educateUrl();
        row.bypassDurationHours = request.bypassDurationHours();
        row.title = request.title();
        row.description = request.description();
        row.recommendedActions = request.recommendedActions();
        row.expirationTime = request.expirationTime();
        row.rbacGroupNames = rbacGroupNames;
        row.rbacGroupIds = rbacGroupIds;
        row.mitreTechniques = mitreTechniques;
        row.generateAlert = generateAlert();
        row.externalId = request.externalId();
        return row;
    }

    private static String severity(String text) {
        if (text == null) {
            return "Informational";
        }
        return Stream.of("Informational", "Low", "Medium", "High")
                .filter(text.strip()::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> invalid("'" + text + "' is not a severity"));
    }

    /// An array, or a text with commas (contract 50 §1).
    private static List<String> strings(String property, JsonNode node) {
        var values = new ArrayList<String>();
        if (node == null || node.isNull()) {
            return values;
        }
        if (node.isArray()) {
            node.forEach(entry -> values.add(entry.asText().strip()));
        } else if (node.isValueNode()) {
            Stream.of(node.asText().split(",")).map(String::strip).forEach(values::add);
        } else {
            throw invalid(property + " is not a list");
        }
        values.removeIf(String::isEmpty);
        if (values.size() > 100 || values.stream().anyMatch(value -> value.length() > 256)) {
            throw invalid(property + " holds too much");
        }
        if (values.stream().anyMatch(value -> value.indexOf('\0') >= 0)) {
            throw invalid(property + " holds a NUL");
        }
        return values;
    }

    private static void required(String property, String value) {
        if (value == null || value.isBlank()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, property + " argument is missing");
        }
    }

    private static void bounded(String property, String value, int longest) {
        if (value != null && (value.length() > longest || value.indexOf('\0') >= 0)) {
            throw invalid(property + " is longer than " + longest + " characters or holds a NUL");
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}
