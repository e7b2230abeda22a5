package io.tocsin.indicator.registry;

import io.tocsin.wire.ProblemException;
import java.io.IOException;
import java.time.Duration;

/// Indicators one after the other, as a stream has them.
interface ImportSource extends AutoCloseable {

    /// What stands for one that has not come yet.
    Item NOT_YET = new Item(0, null, null);

    /// @param request null when it could not be read
    record Item(long line, SubmitIndicatorRequest request, ProblemException problem) {}

    /// The next one, or null after the last.
    Item next() throws IOException;

    /// As [#next()], and [#NOT_YET] when it does not come so soon, where that can be known.
    ///
    /// @param longest null to wait however long that takes
    default Item next(Duration longest) throws IOException {
        return next();
    }

    /// Ends the reading, not the stream.
    @Override
    default void close() {}
}
