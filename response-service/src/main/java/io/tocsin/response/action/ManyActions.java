package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.ProblemException;
import java.util.List;

/// What became of one action for many machines.
///
/// @param ordered how many machines have it now
/// @param refused how many do not, each for its own reason
/// @param value in the order of the request, each machine once
@RegisterForReflection
public record ManyActions(int ordered, int refused, List<Item> value) {

    /// @param machineId as it was asked for
    /// @param id of the action, or null
    /// @param error why there is none, as the single action would have been refused, or null
    @RegisterForReflection
    public record Item(String machineId, String id, Refusal error) {

        static Item refused(String machineId, ProblemException refusal) {
            return new Item(machineId, null, new Refusal(refusal.type().code(), refusal.getMessage()));
        }
    }

    /// A code of the contract, and the message.
    @RegisterForReflection
    public record Refusal(String code, String message) {}

    static ManyActions of(List<Item> items) {
        int ordered = (int) items.stream().filter(it -> it.id() != null).count();
        return new ManyActions(ordered, items.size() - ordered, items);
    }
}
