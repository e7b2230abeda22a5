package io.tocsin.alert.process;

import java.util.UUID;

/// One process of one machine (docs/adr/008).
///
/// @param key `pid:second of creation`
public record ProcessRef(UUID tenant, String machineId, String key) {

    public ProcessRef withKey(String other) {
        return new ProcessRef(tenant, machineId, other);
    }
}
