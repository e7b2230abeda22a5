package io.tocsin.indicator.registry;

import io.tocsin.wire.ProblemException;
import java.io.IOException;

/// Indicators one after the other, as a stream has them.
interface ImportSource {

    /// @param request null when it could not be read
    record Item(long line, SubmitIndicatorRequest request, ProblemException problem) {}

    /// The next one, or null after the last.
    Item next() throws IOException;
}
