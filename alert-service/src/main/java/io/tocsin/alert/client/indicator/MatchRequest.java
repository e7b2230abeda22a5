package io.tocsin.alert.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/// @param values what to look up
@RegisterForReflection
public record MatchRequest(List<Observable> values) {

    /// @param type as `indicatorType` of the contract
    /// @param machineId whose group's indicators count beside those of all devices, or null
    /// @param also other names of the same thing, or null
    public record Observable(String type, String value, String machineId, List<Name> also) {

        public Observable(String type, String value) {
            this(type, value, null, null);
        }

        /// The same on a machine.
        public Observable on(String machine) {
            return new Observable(type, value, machine, also);
        }
    }

    /// @param type as `indicatorType` of the contract
    public record Name(String type, String value) {}
}
