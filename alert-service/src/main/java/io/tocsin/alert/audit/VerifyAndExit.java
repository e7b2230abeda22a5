package io.tocsin.alert.audit;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.tocsin.alert.audit.AuditVerifier.KnownSeal;
import io.tocsin.alert.audit.AuditVerifier.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Ends a process that was started with the profile `verify-audit` with 0 when every chain holds, else with 1 and the
/// first
/// broken link of each on standard output.
@ApplicationScoped
class VerifyAndExit {

    private final AuditVerifyConfig config;
    private final AuditVerifier verifier;

    VerifyAndExit(AuditVerifyConfig config, AuditVerifier verifier) {
        this.config = config;
        this.verifier = verifier;
    }

    void onStart(@Observes StartupEvent started) throws SQLException {
        if (config.enabled()) {
            Quarkus.asyncExit(verifyAll() ? 0 : 1);
        }
    }

    private boolean verifyAll() throws SQLException {
        Optional<KnownSeal> head = config.head().map(VerifyAndExit::known);
        if (head.isPresent() && config.tenant().isEmpty()) {
            throw new IllegalArgumentException(
                    "tocsin.audit.verify.head is of one tenant: set tocsin.audit.verify.tenant");
        }
        List<UUID> tenants = config.tenant().map(List::of).orElse(verifier.tenants());
        boolean holds = true;
        for (UUID tenant : tenants) {
            Verdict verdict = verifier.verify(tenant, head);
            System.out.printf(
                    "audit of %s: %s, %d seals, %d rows, %d not sealed yet%n",
                    tenant,
                    verdict.holds() ? "holds" : "BROKEN at " + verdict.fault(),
                    verdict.seals(),
                    verdict.entries(),
                    verdict.unsealed());
            holds &= verdict.holds();
        }
        return holds;
    }

    private static KnownSeal known(String text) {
        String[] parts = text.split(":", 2);
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("[0-9a-fA-F]{64}")) {
            throw new IllegalArgumentException("tocsin.audit.verify.head is seq:hash, the hash of 64 hex digits");
        }
        return new KnownSeal(Long.parseLong(parts[0]), parts[1]);
    }
}
