package io.tocsin.response.investigation;

import io.tocsin.audit.Audit;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Has remediations proposed, and withdrawn when their reason is gone.
@ApplicationScoped
class Proposals {

    private final RemediationRepository remediations;
    private final InvestigationRepository investigations;
    private final InvestigationConfig config;
    private final Audit audit;

    Proposals(
            RemediationRepository remediations,
            InvestigationRepository investigations,
            InvestigationConfig config,
            Audit audit) {
        this.remediations = remediations;
        this.investigations = investigations;
        this.config = config;
        this.audit = audit;
    }

    /// Those that are not proposed yet, and those that were withdrawn, since their reason is back.
    void propose(InvestigationRepository.Due it, List<Proposal> all) {
        if (all.isEmpty()) {
            return;
        }
        Map<UUID, Proposal> proposed = remediations.propose(it.tenant(), it.id(), all, WireTime.now());
        if (proposed.isEmpty()) {
            return;
        }
        remediations.forgetApprovals(it.tenant(), proposed.keySet());
        investigations.extend(it.tenant(), it.id(), config.deadline());
        var details = new LinkedHashMap<String, Map<String, Object>>();
        proposed.forEach((id, proposal) -> details.put(id.toString(), told(it, proposal)));
        audit.recordEach(it.tenant(), Investigator.ACTOR, "remediation.propose", details);
    }

    private static Map<String, Object> told(InvestigationRepository.Due it, Proposal proposal) {
        return Map.of(
                "investigationId", it.id(),
                "machineId", proposal.machineId(),
                "kind", proposal.kind().name(),
                "target", proposal.target(),
                "verdict", proposal.verdict().kind().name(),
                "reasons", proposal.verdict().reasons(),
                "automatic", proposal.automatic());
    }

    /// An indicator allows it meanwhile, or it turned out to be everywhere. What many machines wait for is withdrawn
    /// some at a time.
    ///
    /// @return whether there may be more
    boolean withdraw(InvestigationRepository.Due it, Evidence.Found found, Verdict verdict) {
        String why = String.join("; ", verdict.reasons());
        List<String> withdrawn = remediations.withdraw(it.tenant(), it.id(), found.value(), why, WireTime.now());
        audit.recordEach(
                it.tenant(),
                Investigator.ACTOR,
                "remediation.withdraw",
                withdrawn.stream().collect(Collectors.toMap(Function.identity(), id -> Map.of("reason", why))));
        return withdrawn.size() == RemediationRepository.WITHDRAWN;
    }
}
