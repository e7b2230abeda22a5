package io.tocsin.db;

import jakarta.persistence.Query;
import java.util.Collection;

/// Binds native queries whose text was put together of parts.
public final class NativeQueries {

    private NativeQueries() {}

    /// Binds the parts' parameters in their order.
    public static void bind(Query query, Collection<?>... parts) {
        int position = 1;
        for (Collection<?> part : parts) {
            for (Object parameter : part) {
                query.setParameter(position++, parameter);
            }
        }
    }
}
