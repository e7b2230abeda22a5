package io.tocsin.response.indicatorfeed;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in the feed: inside the snapshot (`after` is the last id sent) or in the changes behind (xid, id).
///
/// @param epoch which history of the database it is of; empty in the first, as a release before epochs wrote it
/// @param xid the position in the feed's order, which is a transaction's id until the database is restored
/// @param after the last id of the snapshot that was sent, or -1 when the snapshot is through
public record FeedCursor(String epoch, String xid, long change, long after) {

    private static final Pattern FORM =
            Pattern.compile("(?:([0-9a-f]{12})\\.)?(\\d{1,19})\\.(\\d{1,18})\\.(-1|\\d{1,18})");

    boolean inSnapshot() {
        return after >= 0;
    }

    /// @throws ProblemException `InvalidInput` when the text is no cursor of ours
    static FeedCursor of(String text) {
        try {
            Matcher form = FORM.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
            if (form.matches()) {
                String epoch = form.group(1) == null ? "" : form.group(1);
                return new FeedCursor(
                        epoch, form.group(2), Long.parseLong(form.group(3)), Long.parseLong(form.group(4)));
            }
        } catch (IllegalArgumentException notBase64) {
            // answered below, like any other text that is none
        }
        throw new ProblemException(CommonProblem.INVALID_INPUT, "cursor is not one of this feed; ask without it");
    }

    FeedCursor in(String present) {
        return new FeedCursor(present, xid, change, after);
    }

    @Override
    public String toString() {
        String label = epoch.isEmpty() ? "" : epoch + ".";
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((label + xid + "." + change + "." + after).getBytes(StandardCharsets.UTF_8));
    }
}
