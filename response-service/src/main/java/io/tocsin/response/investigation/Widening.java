package io.tocsin.response.investigation;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.devicegroup.DeviceGroupService;
import io.tocsin.response.machine.Platform;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Takes what is done about a malicious file to the other machines that have it (contract 40 §3), some machines a
/// transaction, in the order of their ids: whoever comes after a crash goes on behind the last one (docs/adr/084). From
/// ten machines on a person decides: once for all of them, or, where the verdict is shared, on each.
@ApplicationScoped
class Widening {

    /// From so many other machines on.
    static final int MANY = 10;

    /// So many machines a transaction.
    private static final int MACHINES = 500;

    /// So many transactions before other investigations have their turn.
    private static final int STEPS = 10;

    /// The answers to whether it may go to many machines that leave it at the one, however many there are later.
    private static final Set<String> REFUSED = Set.of("Rejected", "Expired");

    /// A machine that was merged into another is that one.
    private static final String ELSEWHERE = """
            from entity_sighting s
            join machine m on m.tenant_id = s.tenant_id and m.id = s.machine_id and m.merged_into_machine_id is null
            """;

    private static final String COUNT = "select count(*) as machines from (select " + ELSEWHERE + """
            where s.tenant_id = ? and s.kind = 'File' and s.value = ? and s.machine_id <> ? limit ?) as others
            """;

    private static final String NEXT =
            """
            select s.machine_id, m.os_platform, m.os_build, m.agent_version, m.rbac_group_id, ruling.action,
                exists (select from remediation r where r.tenant_id = s.tenant_id and r.investigation_id = ?
                    and r.machine_id = s.machine_id and r.kind = 'QuarantineFile'
                    and sha256_of(r.target) = sha256_of(s.value) and r.status <> 'Withdrawn') as known
            %s left join lateral (
                select %s as action from indicator i where i.tenant_id = s.tenant_id and i.match_value = any(?)
                    and i.indicator_type like 'File%%' and %s %s) as ruling on true
            where s.tenant_id = ? and s.kind = 'File' and s.value = ? and s.machine_id <> ? and s.machine_id > ?
            order by s.machine_id limit ?
            """.formatted(ELSEWHERE, Rulings.ACTION, Rulings.counts("s.machine_id"), Rulings.PRECEDENCE);

    /// A file that was judged malicious.
    record Spread(Evidence.Found file, Verdict verdict) {}

    /// Another machine that has it.
    ///
    /// @param action of the indicator that decides over the file there, or null
    /// @param known whether its quarantine there is proposed already
    private record Other(String id, Platform platform, int group, String action, boolean known) {}

    private final Statements statements;
    private final InvestigationRepository investigations;
    private final InvestigationEntities entities;
    private final RemediationRepository remediations;
    private final RemediationPolicyRepository policies;
    private final Proposals proposals;
    private final DeviceGroupService groups;
    private final InvestigationConfig config;
    private final Audit audit;

    Widening(
            Statements statements,
            InvestigationRepository investigations,
            InvestigationEntities entities,
            RemediationRepository remediations,
            RemediationPolicyRepository policies,
            Proposals proposals,
            DeviceGroupService groups,
            InvestigationConfig config,
            Audit audit) {
        this.statements = statements;
        this.investigations = investigations;
        this.entities = entities;
        this.remediations = remediations;
        this.policies = policies;
        this.proposals = proposals;
        this.groups = groups;
        this.config = config;
        this.audit = audit;
    }

    /// How far a turn came.
    enum Taken {
        ALL,

        /// There are more than one turn takes.
        SOME,

        /// A piece failed, and is tried again at the next look.
        FAILED
    }

    /// Goes on to other machines. A file that fails holds up neither the others nor what is done on the machine itself.
    ///
    /// @param malicious what the investigation found
    Taken take(InvestigationRepository.Due it, List<Spread> malicious) {
        int left = STEPS;
        Taken taken = Taken.ALL;
        for (Spread spread : all(it, malicious)) {
            try {
                while (QuarkusTransaction.requiringNew().call(() -> step(it, spread))) {
                    if (--left == 0) {
                        return Taken.SOME;
                    }
                }
            } catch (RuntimeException failed) {
                Log.warnf(
                        failed,
                        "A file was not followed to other machines, will be tried again: investigation=%d",
                        it.id());
                taken = Taken.FAILED;
            }
        }
        return taken;
    }

    /// Also what a person approved, though the alerts that spoke against it are gone meanwhile.
    private List<Spread> all(InvestigationRepository.Due it, List<Spread> malicious) {
        var all = new ArrayList<>(malicious);
        remediations.approvedWidenings(it.tenant(), it.id()).stream()
                .filter(scope -> malicious.stream()
                        .noneMatch(spread -> spread.file().value().equals(scope.target())))
                .map(scope -> new Spread(
                        Evidence.Found.file(scope.target(), scope.path()),
                        new Verdict(Verdict.Kind.valueOf(scope.verdict()), scope.reasons())))
                .forEach(all::add);
        return all;
    }

    /// @return whether there are more machines
    private boolean step(InvestigationRepository.Due it, Spread spread) {
        if (!investigations.renew(it.tenant(), it.id(), config.step())) {
            return false; // it has ended
        }
        Evidence.Found file = spread.file();
        InvestigationEntities.Widened done = entities.widened(it.tenant(), it.id(), file.value());
        Optional<RemediationView> scope = remediations.widening(it.tenant(), it.id(), file.value());
        boolean refused = scope.filter(is -> REFUSED.contains(is.status())).isPresent();
        if (refused || entities.isCleared(it.tenant(), it.id(), file.value())) {
            return false;
        }
        boolean approved = scope.filter(is -> is.status().equals("Approved")).isPresent();
        if (done.rests() && !approved) {
            return false;
        }
        boolean decided =
                approved || scope.filter(is -> is.status().equals("Succeeded")).isPresent();
        boolean many = !decided && elsewhere(it, file.value(), MANY) == MANY;
        if (many && !policies.of(it.tenant()).shareVerdicts()) {
            proposals.propose(
                    it,
                    List.of(Proposal.about(RemediationKind.WidenScope, it.machineId(), file, spread.verdict(), false)));
            return false;
        }
        List<Other> next = next(it, file, done.after() == null ? "" : done.after());
        proposals.propose(it, proposed(it, spread, next, many));
        boolean over = next.size() < MACHINES;
        entities.widenedTo(
                it.tenant(), it.id(), file.value(), over ? null : next.getLast().id());
        if (over && approved) {
            end(it, scope.get());
        }
        return !over;
    }

    private int elsewhere(InvestigationRepository.Due it, String value, int most) {
        return statements
                .list(COUNT, row -> row.getInt("machines"), it.tenant(), value, it.machineId(), most)
                .getFirst();
    }

    private List<Other> next(InvestigationRepository.Due it, Evidence.Found file, String after) {
        return statements.list(
                NEXT,
                row -> new Other(
                        row.getString("machine_id"),
                        Platform.of(
                                row.getString("os_platform"),
                                Statements.number(row, "os_build"),
                                row.getString("agent_version")),
                        row.getInt("rbac_group_id"),
                        row.getString("action"),
                        row.getBoolean("known")),
                it.id(),
                file.hashes(),
                WireTime.now().ticks(),
                it.tenant(),
                file.value(),
                it.machineId(),
                after,
                MACHINES);
    }

    /// @param ask whether a person is asked on each machine, whatever its level
    private List<Proposal> proposed(InvestigationRepository.Due it, Spread spread, List<Other> others, boolean ask) {
        Map<Integer, AutomationLevel> levels = new HashMap<>();
        Folder folder = Folder.strictest(spread.file().paths());
        return others.stream()
                .filter(other ->
                        !other.known() && other.platform().investigated().isEmpty())
                .flatMap(other -> {
                    Verdict there = there(spread, other.action());
                    AutomationLevel level =
                            levels.computeIfAbsent(other.group(), group -> groups.automationOf(it.tenant(), group));
                    Automation decision = Automation.of(level, there.kind(), folder);
                    return there.kind() == Verdict.Kind.Malicious && decision != Automation.NOTHING
                            ? Stream.of(Proposal.about(
                                    RemediationKind.QuarantineFile,
                                    other.id(),
                                    spread.file(),
                                    there,
                                    decision == Automation.ACT && !ask))
                            : Stream.empty();
                })
                .toList();
    }

    /// The verdict on another machine: an indicator of a device group says nothing outside of it (contract 50 §6).
    private static Verdict there(Spread spread, String action) {
        if (spread.file().facts() != null) {
            return Verdict.of(spread.file().facts().by(action));
        }
        return "Allowed".equals(action)
                ? new Verdict(Verdict.Kind.NoThreatsFound, List.of("An indicator allows it"))
                : spread.verdict();
    }

    private void end(InvestigationRepository.Due it, RemediationView scope) {
        String details = "Widened to " + elsewhere(it, scope.target(), Integer.MAX_VALUE) + " machines";
        if (remediations.end(
                it.tenant(), UUID.fromString(scope.id()), "Approved", "Succeeded", details, WireTime.now())) {
            audit.record(it.tenant(), Investigator.ACTOR, "remediation.end", scope.id(), Map.of("status", "Succeeded"));
        }
    }
}
