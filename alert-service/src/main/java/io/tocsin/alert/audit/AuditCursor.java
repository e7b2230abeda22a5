package io.tocsin.alert.audit;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a page of the audit ended, as `$skiptoken` carries it.
record AuditCursor(String changeXid, long id) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,19})-(\\d{1,18})");

    /// @param token null for the first page
    static AuditCursor of(String token) {
        if (token == null) {
            return null;
        }
        Matcher form = FORM.matcher(token);
        if (!form.matches()) {
            throw new ProblemException(
                    CommonProblem.ODATA_ERROR, "$skiptoken is not one of ours; follow @odata.nextLink");
        }
        return new AuditCursor(form.group(1), Long.parseLong(form.group(2)));
    }

    @Override
    public String toString() {
        return changeXid + "-" + id;
    }
}
