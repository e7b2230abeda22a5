package io.tocsin.alert.ingest;

import io.tocsin.alert.triage.Evidence;
import io.tocsin.db.Statements;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongBinaryOperator;

/// What its source says of an alert, and how another word of the source changes it. People's part (status,
/// comments, classification, …) is not in it.
record AlertContent(
        String severity,
        String category,
        String title,
        String description,
        String recommendedAction,
        String threatFamilyName,
        String threatName,
        String detectorId,
        String machineId,
        String computerDnsName,
        List<String> mitreTechniques,
        String relatedUserName,
        String relatedUserDomain,
        Long firstEventTicks,
        Long lastEventTicks,
        Long versionTicks,
        SaidAt saidAt) {

    static final String COLUMNS = """
            alert.severity, alert.category, alert.title, alert.description, alert.recommended_action,
            alert.threat_family_name, alert.threat_name, alert.detector_id, alert.machine_id, alert.computer_dns_name,
            alert.mitre_techniques, alert.related_user_name, alert.related_user_domain, alert.first_event_ticks,
            alert.last_event_ticks, alert.source_version_ticks, alert.source_said_at
            """;

    static AlertContent of(ResultSet row) throws SQLException {
        return new AlertContent(
                row.getString("severity"),
                row.getString("category"),
                row.getString("title"),
                row.getString("description"),
                row.getString("recommended_action"),
                row.getString("threat_family_name"),
                row.getString("threat_name"),
                row.getString("detector_id"),
                row.getString("machine_id"),
                row.getString("computer_dns_name"),
                Statements.strings(row, "mitre_techniques"),
                row.getString("related_user_name"),
                row.getString("related_user_domain"),
                Statements.number(row, "first_event_ticks"),
                Statements.number(row, "last_event_ticks"),
                Statements.number(row, "source_version_ticks"),
                SaidAt.of(row.getString("source_said_at")));
    }

    /// Of an alert nobody has heard of.
    static AlertContent of(NewAlert alert) {
        Evidence user = alert.evidence().stream()
                .filter(entity -> entity.entityType().equals("User") && entity.accountName() != null)
                .findFirst()
                .orElse(null);
        KnownMachine machine = alert.machine();
        return new AlertContent(
                alert.severity(),
                alert.category(),
                alert.title(),
                alert.description(),
                alert.recommendedAction(),
                alert.threatFamilyName(),
                alert.threatName(),
                alert.detectorId(),
                machine == null ? null : machine.id(),
                machine == null ? null : machine.computerDnsName(),
                alert.mitreTechniques(),
                user == null ? null : user.accountName(),
                user == null ? null : user.domainName(),
                alert.firstEventTime() == null ? null : alert.firstEventTime().ticks(),
                alert.lastEventTime() == null ? null : alert.lastEventTime().ticks(),
                alert.version() == null ? null : alert.version().ticks(),
                SaidAt.NEWEST);
    }

    /// With a machine that any word knows better.
    AlertContent withGuessedMachine() {
        return saidAt(saidAt.withGuessedMachine());
    }

    /// Of this moment when the source does not say when it was.
    AlertContent at(long ticks) {
        return firstEventTicks == null ? timed(ticks, ticks, versionTicks) : this;
    }

    /// After another word of the source, which replaces nothing when it is older than what is known.
    AlertContent after(AlertContent said, Submission.Again again) {
        if (again == Submission.Again.MERGE) {
            return with(this, said);
        }
        boolean older = versionTicks != null && said.versionTicks != null && said.versionTicks < versionTicks;
        return with(older ? filled(said) : updated(said), said);
    }

    /// What an older word says and no newer one has said stands, as it would had the words come in their order.
    private AlertContent filled(AlertContent said) {
        long version = said.versionTicks;
        boolean family =
                said.threatFamilyName != null && SaidAt.isNewer(threatFamilyName, saidAt.threatFamilyName(), version);
        boolean threat = said.threatName != null && SaidAt.isNewer(threatName, saidAt.threatName(), version);
        boolean detector = said.detectorId != null && SaidAt.isNewer(detectorId, saidAt.detectorId(), version);
        boolean machine = said.machineId != null && SaidAt.isNewer(machineId, saidAt.machine(), version);
        boolean name = !machine
                && machineId == null
                && said.computerDnsName != null
                && SaidAt.isNewer(computerDnsName, saidAt.machine(), version);
        boolean user = said.relatedUserName != null && SaidAt.isNewer(relatedUserName, saidAt.relatedUser(), version);
        return new AlertContent(
                severity,
                category,
                title,
                description,
                recommendedAction,
                family ? said.threatFamilyName : threatFamilyName,
                threat ? said.threatName : threatName,
                detector ? said.detectorId : detectorId,
                machine ? said.machineId : machineId,
                machine || name ? said.computerDnsName : computerDnsName,
                mitreTechniques,
                user ? said.relatedUserName : relatedUserName,
                user ? said.relatedUserDomain : relatedUserDomain,
                firstEventTicks,
                lastEventTicks,
                versionTicks,
                new SaidAt(
                        family ? said.versionTicks : saidAt.threatFamilyName(),
                        threat ? said.versionTicks : saidAt.threatName(),
                        detector ? said.versionTicks : saidAt.detectorId(),
                        machine || name ? said.versionTicks : saidAt.machine(),
                        user ? said.versionTicks : saidAt.relatedUser()));
    }

    private AlertContent updated(AlertContent said) {
        return new AlertContent(
                said.severity,
                said.category,
                said.title,
                said.description,
                said.recommendedAction,
                known(said.threatFamilyName, threatFamilyName),
                known(said.threatName, threatName),
                known(said.detectorId, detectorId),
                known(said.machineId, machineId),
                // A machine that is known is called as it calls itself, and not as another one.
                said.machineId != null
                        ? said.computerDnsName
                        : machineId != null ? computerDnsName : known(said.computerDnsName, computerDnsName),
                said.mitreTechniques,
                known(said.relatedUserName, relatedUserName),
                said.relatedUserName == null ? relatedUserDomain : said.relatedUserDomain,
                firstEventTicks,
                lastEventTicks,
                versionTicks,
                new SaidAt(
                        keptSince(said.threatFamilyName, threatFamilyName, saidAt.threatFamilyName()),
                        keptSince(said.threatName, threatName, saidAt.threatName()),
                        keptSince(said.detectorId, detectorId, saidAt.detectorId()),
                        machineId == null
                                ? keptSince(
                                        known(said.machineId, said.computerDnsName), computerDnsName, saidAt.machine())
                                : keptSince(said.machineId, machineId, saidAt.machine()),
                        keptSince(said.relatedUserName, relatedUserName, saidAt.relatedUser())));
    }

    /// The version of the word that said what a newer one does not say. Of one that named no time there is none: no
    /// older
    /// one takes its place.
    private Long keptSince(String said, String known, Long knownAt) {
        if (said != null || known == null) {
            return null;
        }
        return knownAt == null ? versionTicks : knownAt;
    }

    /// The times only widen, whichever word came first.
    private static AlertContent with(AlertContent it, AlertContent said) {
        return it.timed(
                of(Math::min, it.firstEventTicks, said.firstEventTicks),
                of(Math::max, it.lastEventTicks, said.lastEventTicks),
                of(Math::max, it.versionTicks, said.versionTicks));
    }

    private AlertContent timed(Long first, Long last, Long version) {
        return with(first, last, version, saidAt);
    }

    private AlertContent saidAt(SaidAt at) {
        return with(firstEventTicks, lastEventTicks, versionTicks, at);
    }

    private AlertContent with(Long first, Long last, Long version, SaidAt at) {
        return new AlertContent(
                severity,
                category,
                title,
                description,
                recommendedAction,
                threatFamilyName,
                threatName,
                detectorId,
                machineId,
                computerDnsName,
                mitreTechniques,
                relatedUserName,
                relatedUserDomain,
                first,
                last,
                version,
                at);
    }

    private static Long of(LongBinaryOperator choice, Long one, Long other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return choice.applyAsLong(one, other);
    }

    private static String known(String said, String before) {
        return said == null ? before : said;
    }

    /// Whether it says something else than before; which word said what shows nowhere.
    boolean isOtherThan(AlertContent before) {
        return !saidAt(SaidAt.NEWEST).equals(before.saidAt(SaidAt.NEWEST));
    }

    /// As the audit tells it: sources send again and again, and mostly little differs.
    Map<String, Object> differingFrom(AlertContent other) {
        Map<String, Object> differing = named();
        Map<String, Object> others = other.named();
        differing.entrySet().removeIf(it -> Objects.equals(it.getValue(), others.get(it.getKey())));
        return differing;
    }

    private Map<String, Object> named() {
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("severity", severity);
        named.put("category", category);
        named.put("title", title);
        named.put("description", description);
        named.put("recommendedAction", recommendedAction);
        named.put("threatFamilyName", threatFamilyName);
        named.put("threatName", threatName);
        named.put("detectorId", detectorId);
        named.put("machineId", machineId);
        named.put("mitreTechniques", mitreTechniques);
        named.put("relatedUser", relatedUserName);
        named.put("firstEventTicks", firstEventTicks);
        named.put("lastEventTicks", lastEventTicks);
        return named;
    }
}
