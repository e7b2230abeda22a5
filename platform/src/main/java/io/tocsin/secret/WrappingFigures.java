package io.tocsin.secret;

import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Set;

/// How far a rotation of the master keys is.
@ApplicationScoped
class WrappingFigures implements Measured {

    private final DataKeyRepository keys;
    private final MasterKeys masters;

    WrappingFigures(DataKeyRepository keys, MasterKeys masters) {
        this.keys = keys;
        this.masters = masters;
    }

    @Override
    public void measure(Figures figures) {
        MasterKeyRing ring = masters.fault().isPresent() ? null : masters.ring();
        Set<String> there = ring == null ? Set.of() : ring.ids();
        String current = ring == null ? "" : ring.current();
        long outdated = 0;
        long unreadable = 0;
        for (Map.Entry<String, Long> counted : keys.countByMasterKey().entrySet()) {
            outdated += counted.getKey().equals(current) ? 0 : counted.getValue();
            unreadable += there.contains(counted.getKey()) ? 0 : counted.getValue();
        }
        figures.count(
                        "tocsin.secrets.keys.outdated",
                        "Data keys wrapped by another master key than the current one",
                        outdated)
                .count("tocsin.secrets.keys.unreadable", "Data keys whose master key is not there", unreadable);
    }
}
