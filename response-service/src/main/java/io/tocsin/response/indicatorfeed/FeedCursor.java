package io.tocsin.response.indicatorfeed;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in the feed: inside the snapshot (`after` is the last id sent) or in the changes behind (xid, id).
///
/// @param after the last id of the snapshot that was sent, or -1 when the snapshot is through
record FeedCursor(String xid, long change, long after) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,20})\\.(\\d{1,18})\\.(-1|\\d{1,18})");

    boolean inSnapshot() {
        return after >= 0;
    }

    /// @throws ProblemException `InvalidInput` when the text is no cursor of ours
    static FeedCursor of(String text) {
        try {
            Matcher form = FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
            if (form.matches()) {
                return new FeedCursor(form.group(1), Long.parseLong(form.group(2)), Long.parseLong(form.group(3)));
            }
        } catch (IllegalArgumentException notBase64) {
            // answered below, like any other text that is none
        }
        throw new ProblemException(CommonProblem.INVALID_INPUT, "cursor is not one of this feed; ask without it");
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((xid + "." + change + "." + after).getBytes(StandardCharsets.UTF_8));
    }
}
