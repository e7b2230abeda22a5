package io.tocsin.alert.webhook;

import io.tocsin.alert.feed.Change;
import io.tocsin.wire.WireTime;

/// A change a target refused.
///
/// @param wanted whether it is to be sent again
record DeadLetter(
        long id, Change change, int attempts, Integer lastStatus, String lastError, WireTime dead, boolean wanted) {}
