package io.tocsin.indicator.registry;

import io.tocsin.wire.WireTime;
import java.util.Map;

/// What a line gets that does not say it itself.
///
/// @param expires how long an indicator lasts that has no end of its own, in seconds; null: for good
/// @param until the same as a time; null: `expires` says
/// @param onlyAudit whether the source is trusted for watching alone: whatever a line would do becomes an audit, for
/// what is allowed lifts what others block
record ImportDefaults(
        String application,
        String type,
        String action,
        String title,
        String description,
        String severity,
        Long expires,
        WireTime until,
        Boolean generateAlert,
        boolean onlyAudit) {

    static final ImportDefaults NONE = new ImportDefaults(null, null, null, null, null, null, null, null, null, false);

    private static final Map<Integer, String> HASHES = Map.of(32, "FileMd5", 40, "FileSha1", 64, "FileSha256");

    SubmitIndicatorRequest complete(SubmitIndicatorRequest it, WireTime now) {
        if (this == NONE) {
            return it;
        }
        String does = or(it.action(), action);
        return new SubmitIndicatorRequest(
                it.indicatorValue(),
                or(it.indicatorType(), type == null ? guessed(it.indicatorValue()) : type),
                onlyAudit ? "Audit" : does,
                or(it.title(), title),
                or(it.description(), description),
                or(it.severity(), severity),
                or(it.application(), application),
                it.expirationTime() != null ? it.expirationTime() : ends(now),
                it.recommendedActions(),
                it.rbacGroupNames(),
                it.rbacGroupIds(),
                onlyAudit ? Boolean.TRUE : it.generateAlert() == null ? generateAlert : it.generateAlert(),
                it.educateUrl(),
                it.bypassDurationHours(),
                it.externalId(),
                it.category(),
                it.mitreTechniques());
    }

    private WireTime ends(WireTime now) {
        return until != null || expires == null ? until : now.plusSeconds(expires);
    }

    /// What a value of a plain list must be. A certificate's thumbprint looks like a SHA-1: it must be said.
    static String guessed(String value) {
        if (value == null) {
            return null;
        }
        String text = value.strip();
        if (HASHES.containsKey(text.length()) && text.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            return HASHES.get(text.length());
        }
        if (text.matches("[0-9.]+(/\\d+)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/\\d+)?")) {
            return "IpAddress";
        }
        return text.indexOf('/') >= 0 ? "Url" : "DomainName";
    }

    private static String or(String said, String usual) {
        return said == null || said.isBlank() ? usual : said;
    }
}
