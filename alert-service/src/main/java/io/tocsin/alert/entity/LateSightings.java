package io.tocsin.alert.entity;

import java.util.Collection;

/// Who has answered by what was seen until then.
public interface LateSightings {

    /// Called behind the writing of them, in its transaction.
    void came(Collection<LateSighting> late);
}
