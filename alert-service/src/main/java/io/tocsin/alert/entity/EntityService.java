package io.tocsin.alert.entity;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.story.EvidenceProcesses;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.alert.triage.AlertView;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.FileHash;
import io.tocsin.wire.HostName;
import io.tocsin.wire.IpLiteral;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// Files, domains, addresses and accounts, as far as a caller's machines have seen them or the caller's
/// alerts name them.
@ApplicationScoped
public class EntityService {

    private static final int MOST_NAMES = 5;
    private static final int MOST_LOGON_TYPES = 8;
    private static final WireTime EVER = new WireTime(0);

    private final SightingRepository sightings;
    private final AlertService alerts;
    private final DeviceScopes scopes;

    EntityService(SightingRepository sightings, AlertService alerts, DeviceScopes scopes) {
        this.sightings = sightings;
        this.alerts = alerts;
        this.scopes = scopes;
    }

    /// @throws ProblemException 400 when it is no hash, 404 when nothing in reach knows the file
    @Transactional
    FileView file(Caller caller, String key) {
        return FileView.of(known(caller.tenant(), scopes.of(caller), FileHash.required(key)));
    }

    /// @throws ProblemException 400 when it is no hash, 404 when nothing in reach knows the file
    @Transactional
    FileStatsView fileStatistics(Caller caller, String key, String lookBackHours) {
        FileHash hash = FileHash.required(key);
        WireTime since = LookBack.of(lookBackHours, WireTime.now()).since();
        DeviceScope scope = scopes.of(caller);
        FileFact fact = known(caller.tenant(), scope, hash);
        return FileStatsView.of(
                fact.sha1(),
                sightings.statistics(caller.tenant(), scope, EntityKind.File, fact.hashes(), since, MOST_NAMES));
    }

    private FileFact known(UUID tenant, DeviceScope scope, FileHash hash) {
        FileFact fact = sightings.file(tenant, List.of(hash.hex()));
        // A sender that names the SHA-256 only is told together with those that name both.
        FileFact whole = fact.hashes().size() > 1 ? sightings.file(tenant, fact.hashes()) : fact;
        if (!whole.hashes().isEmpty() && sightings.isSeen(tenant, scope, EntityKind.File, whole.hashes())) {
            return whole;
        }
        return sightings
                .fileOfEvidence(tenant, scope, spellings(hash.hex()))
                .map(named -> scope.isEverything() ? named.and(whole) : named)
                .orElseThrow(() ->
                        new ProblemException(AlertProblem.FILE_NOT_FOUND, "File " + hash.hex() + " was not found"));
    }

    /// The SHA-256 of a file as far as a machine in reach has told of both hashes, by which [#filesOf] knows it, too.
    ///
    /// @param sha1 in lower case
    @Transactional
    List<String> sha256Of(Caller caller, String sha1) {
        FileFact fact = inReach(caller.tenant(), scopes.of(caller), List.of(sha1));
        return sha1.equals(fact.sha1()) && fact.sha256() != null ? List.of(fact.sha256()) : List.of();
    }

    private static List<String> spellings(String hex) {
        return List.of(hex, hex.toUpperCase(Locale.ROOT));
    }

    /// @throws ProblemException 400 when it is no domain name
    @Transactional
    DomainStatsView domainStatistics(Caller caller, String key, String lookBackHours) {
        String host = HostName.required(key);
        return DomainStatsView.of(host, statistics(caller, EntityKind.Domain, host, lookBackHours));
    }

    /// @throws ProblemException 400 when it is no address
    @Transactional
    IpStatsView addressStatistics(Caller caller, String key, String lookBackHours) {
        String address = IpLiteral.required(key);
        return IpStatsView.of(address, statistics(caller, EntityKind.Ip, address, lookBackHours));
    }

    private SeenInOrganization statistics(Caller caller, EntityKind kind, String value, String lookBackHours) {
        WireTime since = LookBack.of(lookBackHours, WireTime.now()).since();
        return sightings.statistics(caller.tenant(), scopes.of(caller), kind, List.of(value), since, 0);
    }

    /// The domains an alert names, in the order they came.
    ///
    /// @throws ProblemException 404 when there is no such alert in reach
    @Transactional
    public List<DomainView> domainsOf(Caller caller, String alert) {
        return alerts.get(caller, alert).evidence().stream()
                .map(entity -> EvidenceProcesses.host(entity.url()))
                .filter(Objects::nonNull)
                .flatMap(host -> HostName.canonical(host).stream())
                .distinct()
                .map(DomainView::new)
                .toList();
    }

    /// The addresses an alert names, those of its URLs too.
    ///
    /// @throws ProblemException 404 when there is no such alert in reach
    @Transactional
    public List<IpView> addressesOf(Caller caller, String alert) {
        return alerts.get(caller, alert).evidence().stream()
                .flatMap(entity -> Stream.of(
                        Optional.ofNullable(entity.ipAddress()),
                        Optional.ofNullable(EvidenceProcesses.host(entity.url()))))
                .flatMap(Optional::stream)
                .flatMap(address ->
                        IpLiteral.canonical(address.replaceAll("[\\[\\]]", "").strip()).stream())
                .distinct()
                .map(IpView::new)
                .toList();
    }

    /// The files an alert names, those of its processes too; each once.
    ///
    /// @throws ProblemException 404 when there is no such alert in reach
    @Transactional
    public List<FileView> filesOf(Caller caller, String alert) {
        Map<String, FileFact> named = new LinkedHashMap<>();
        for (Evidence entity : alerts.get(caller, alert).evidence()) {
            FileFact hashes = FileFact.ofHashes(lower(entity.sha1()), lower(entity.sha256()), null);
            if (hashes.key() != null) {
                named.merge(hashes.key(), hashes, FileFact::and);
            }
        }
        DeviceScope scope = scopes.of(caller);
        Map<String, FileFact> files = new LinkedHashMap<>();
        for (FileFact hashes : named.values()) {
            FileFact file = hashes.and(inReach(caller.tenant(), scope, hashes.hashes()));
            files.merge(file.key(), file, FileFact::and);
        }
        return files.values().stream().map(FileView::of).toList();
    }

    /// What telemetry says of a file, if a machine in reach has seen it.
    private FileFact inReach(UUID tenant, DeviceScope scope, Collection<String> hashes) {
        FileFact fact = sightings.file(tenant, hashes);
        return fact.hashes().isEmpty()
                        || !scope.isEverything() && !sightings.isSeen(tenant, scope, EntityKind.File, fact.hashes())
                ? FileFact.NOTHING
                : fact;
    }

    /// The account an alert is about.
    ///
    /// @throws ProblemException 404 when there is no such alert in reach, or it is about nobody
    @Transactional
    public UserView userOf(Caller caller, String alert) {
        AlertView view = alerts.get(caller, alert);
        var related = view.relatedUser();
        Evidence user = view.evidence().stream()
                .filter(entity -> entity.entityType().equals("User") && entity.accountName() != null)
                .filter(entity -> related == null || isOf(entity, related))
                .findFirst()
                .orElse(null);
        String name = related != null ? related.userName() : user == null ? null : user.accountName();
        if (name == null) {
            throw new ProblemException(AlertProblem.RELATED_NOT_FOUND, "There is no User related to alert " + alert);
        }
        String domain = related != null ? related.domainName() : user.domainName();
        return user(caller, lower(name), lower(domain), user == null ? null : user.userSid());
    }

    /// Evidence of earlier words of a source may name somebody else, whose SID is not this one's.
    private static boolean isOf(Evidence entity, AlertView.RelatedUser related) {
        return Objects.equals(lower(entity.accountName()), lower(related.userName()))
                && Objects.equals(lower(entity.domainName()), lower(related.domainName()));
    }

    private UserView user(Caller caller, String name, String domain, String sid) {
        DeviceScope scope = scopes.of(caller);
        List<SightingRepository.Account> accounts = sightings.accounts(caller.tenant(), name, domain);
        List<String> values =
                accounts.stream().map(SightingRepository.Account::value).toList();
        var machines = sightings.machinesOfAccount(caller.tenant(), scope, values);
        List<String> logonTypes = sightings
                .statistics(caller.tenant(), scope, EntityKind.User, values, EVER, MOST_LOGON_TYPES)
                .labels();
        String knownSid = machines.count() == 0
                ? null
                : accounts.stream()
                        .map(SightingRepository.Account::sid)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        return new UserView(
                domain == null ? name : domain + "\\" + name,
                name,
                domain,
                sid == null ? knownSid : sid,
                machines.first(),
                machines.last(),
                machines.most(),
                machines.least(),
                logonTypes.isEmpty() ? null : String.join(",", logonTypes),
                machines.count(),
                null,
                logonTypes.isEmpty() ? null : logonTypes.equals(List.of("Network")));
    }

    private static String lower(String text) {
        return text == null || text.isBlank() ? null : text.strip().toLowerCase(Locale.ROOT);
    }
}
