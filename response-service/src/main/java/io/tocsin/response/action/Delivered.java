package io.tocsin.response.action;

import java.util.List;

/// What an agent gets when it asks.
///
/// @param cancelled the ids of actions it was given and that were cancelled since
public record Delivered(List<DeliveredAction> actions, List<String> cancelled) {

    public boolean isEmpty() {
        return actions.isEmpty() && cancelled.isEmpty();
    }
}
