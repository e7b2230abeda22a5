package io.tocsin.feed;

import io.tocsin.wire.ProblemType;

/// What can be wrong with a place in a feed.
public enum FeedProblem implements ProblemType {
    INVALID_CURSOR("InvalidCursor", 400, "The cursor is none this feed gave out; ask without it"),
    CURSOR_EXPIRED(
            "CursorExpired",
            410,
            "What came after the cursor is not all kept any more; list what there is, then go on with from=now"),
    RESYNC_REQUIRED(
            "ResyncRequired",
            410,
            "The cursor is of a history that was lost when the database was restored; list what there is, then go on with from=now");

    private final String code;
    private final int status;
    private final String title;

    FeedProblem(String code, int status, String title) {
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
