package io.tocsin.alert.feed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.alert.feed.EventRecords.Look;
import io.tocsin.alert.feed.EventRecords.Streamed;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.alert.triage.AlertView;
import io.tocsin.alert.triage.AlertsById;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.Place;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.FeedFilter;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Alerts of every tenant as streaming records (contract 90) when they are made: a row of `AlertInfo`, and one of
/// `AlertEvidence` for its machine and each of its entities. What becomes of them later is told by feeds and webhooks,
/// since these rows have no place for it.
@ApplicationScoped
public class AlertRecords {

    private static final String INFO = "AlertInfo";
    private static final String EVIDENCE = "AlertEvidence";
    private static final String SERVICE = "Microsoft Defender for Endpoint";

    private static final List<String> INFO_COLUMNS = List.of(
            "Timestamp,AlertId,Title,Category,Severity,ServiceSource,DetectionSource,AttackTechniques,MachineGroup"
                    .split(","));

    private static final List<String> EVIDENCE_COLUMNS =
            List.of(("Timestamp,AlertId,Title,Categories,AttackTechniques,ServiceSource,DetectionSource,EntityType,"
                            + "EvidenceRole,EvidenceDirection,FileName,FolderPath,SHA1,SHA256,FileSize,ThreatFamily,"
                            + "RemoteIP,RemoteUrl,AccountName,AccountDomain,AccountSid,AccountObjectId,AccountUpn,DeviceId,"
                            + "DeviceName,LocalIP,NetworkMessageId,EmailSubject,Application,ApplicationId,"
                            + "OAuthApplicationId,ProcessCommandLine,RegistryKey,RegistryValueName,RegistryValueData,"
                            + "AdditionalFields,Severity,CloudResource,CloudPlatform,ResourceType,ResourceID,"
                            + "SubscriptionId,MachineGroup")
                    .split(","));

    private static final Map<String, String> DETECTION_SOURCES = Map.of(
            "WindowsDefenderAtp", "EDR",
            "WindowsDefenderAv", "Antivirus",
            "WindowsDefenderSmartScreen", "SmartScreen",
            "CustomerTI", "Custom TI",
            "CustomDetection", "Custom detection",
            "AutomatedInvestigation", "Automated investigation");

    /// The order is one over all tenants: ids are the table's.
    private static final String TENANTS = """
            with recursive known(tenant_id) as (
                (select tenant_id from feed_change order by tenant_id limit 1)
                union all
                select (select c.tenant_id from feed_change c where c.tenant_id > known.tenant_id order by c.tenant_id limit 1)
                from known where known.tenant_id is not null)
            """;

    private static final String AFTER = TENANTS + """
            select next.change_xid::text, next.change_id, next.changed_ticks, next.tenant_id,
                case when next.feed = 'Alert' and next.kind = 'Created' then next.subject end as alert
            from known cross join lateral (
                select * from feed_change c
                where c.tenant_id = known.tenant_id and (c.change_xid, c.change_id) > (?::xid8, ?)
                  and c.change_xid < feed_horizon()
                order by c.change_xid, c.change_id limit ?) as next
            order by next.change_xid, next.change_id limit ?
            """;

    private static final String LAST = TENANTS + """
            select last.change_xid::text, last.change_id, last.changed_ticks
            from known cross join lateral (
                select * from feed_change c where c.tenant_id = known.tenant_id and c.change_xid < feed_horizon()
                order by c.change_xid desc, c.change_id desc limit 1) as last
            order by last.change_xid desc, last.change_id desc limit 1
            """;

    /// Alerts are whole, some hundred kilobytes each at most.
    private static final int MOST = 50;

    private final Statements statements;
    private final AlertsById alerts;

    AlertRecords(Statements statements, AlertsById alerts) {
        this.statements = statements;
        this.alerts = alerts;
    }

    /// @param alert its id where one was made
    private record Made(Place place, UUID tenant, String alert) {}

    /// What is behind a place, of all tenants.
    @Transactional
    public Look after(Place place) {
        List<Made> changes = statements.list(
                AFTER,
                row -> new Made(FeedPlaces.place(row), row.getObject("tenant_id", UUID.class), row.getString("alert")),
                place.positionText(),
                place.id(),
                MOST,
                MOST);
        Map<UUID, Map<String, AlertView>> found = new HashMap<>();
        changes.stream()
                .filter(made -> made.alert() != null)
                .collect(Collectors.groupingBy(Made::tenant, Collectors.mapping(Made::alert, Collectors.toSet())))
                .forEach((tenant, ids) -> found.put(
                        tenant,
                        alerts.find(
                                tenant,
                                DeviceScope.EVERYTHING,
                                FeedFilter.of(AlertService.MODEL, (String) null),
                                ids)));
        var records = new ArrayList<Streamed>();
        for (Made made : changes) {
            AlertView alert =
                    made.alert() == null ? null : found.get(made.tenant()).get(made.alert());
            if (alert != null) { // made here, and not forgotten since
                records.add(streamed(made, INFO, info(alert)));
                if (alert.machineId() != null) {
                    records.add(streamed(made, EVIDENCE, evidence(alert, "Machine", "Impacted")));
                }
                alert.evidence().forEach(it -> records.add(streamed(made, EVIDENCE, evidence(alert, it))));
            }
        }
        return new Look(records, changes.isEmpty() ? place : changes.getLast().place());
    }

    /// Behind the last change there is.
    public Optional<Place> end() {
        return statements.list(LAST, FeedPlaces::place).stream().findFirst();
    }

    private static Streamed streamed(Made made, String table, ObjectNode properties) {
        return new Streamed(
                made.place(),
                made.tenant(),
                made.alert(),
                table,
                EventRecords.record(new WireTime(made.place().ticks()), made.tenant(), table, properties));
    }

    private static ObjectNode info(AlertView alert) {
        return row(INFO_COLUMNS)
                .put("Timestamp", time(alert).toString())
                .put("AlertId", alert.id())
                .put("Title", alert.title())
                .put("Category", alert.category())
                .put("Severity", alert.severity())
                .put("ServiceSource", SERVICE)
                .put("DetectionSource", detectionSource(alert))
                .put("AttackTechniques", list(alert.mitreTechniques()))
                .put("MachineGroup", alert.rbacGroupName());
    }

    private static ObjectNode evidence(AlertView alert, String type, String role) {
        return row(EVIDENCE_COLUMNS)
                .put("Timestamp", time(alert).toString())
                .put("AlertId", alert.id())
                .put("Title", alert.title())
                .put("Categories", alert.category() == null ? null : list(List.of(alert.category())))
                .put("AttackTechniques", list(alert.mitreTechniques()))
                .put("ServiceSource", SERVICE)
                .put("DetectionSource", detectionSource(alert))
                .put("EntityType", type)
                .put("EvidenceRole", role)
                .put("ThreatFamily", alert.threatFamilyName())
                .put("DeviceId", alert.machineId())
                .put("DeviceName", alert.computerDnsName())
                .put("Severity", alert.severity())
                .put("MachineGroup", alert.rbacGroupName());
    }

    private static ObjectNode evidence(AlertView alert, Evidence it) {
        return evidence(alert, it.entityType(), "User".equals(it.entityType()) ? "Impacted" : "Related")
                .put("FileName", it.fileName())
                .put("FolderPath", it.filePath())
                .put("SHA1", it.sha1())
                .put("SHA256", it.sha256())
                .put("RemoteIP", it.ipAddress())
                .put("RemoteUrl", it.url())
                .put("AccountName", it.accountName())
                .put("AccountDomain", it.domainName())
                .put("AccountSid", it.userSid())
                .put("AccountObjectId", it.aadUserId())
                .put("AccountUpn", it.userPrincipalName())
                .put("ProcessCommandLine", it.processCommandLine())
                .put("RegistryKey", it.registryKey())
                .put("RegistryValueName", it.registryValueName())
                .put("RegistryValueData", it.registryValue());
    }

    /// All columns of a table, in their order, without a value.
    private static ObjectNode row(List<String> columns) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        columns.forEach(row::putNull);
        return row;
    }

    /// As hunting shows it; what has no name of its own there goes by that of the API.
    private static String detectionSource(AlertView alert) {
        String source = alert.detectionSource();
        return source == null ? null : DETECTION_SOURCES.getOrDefault(source, source);
    }

    /// When it happened, where that is known.
    private static WireTime time(AlertView alert) {
        return alert.firstEventTime() == null ? alert.alertCreationTime() : alert.firstEventTime();
    }

    /// As these tables have lists: JSON as text.
    private static String list(List<String> texts) {
        var array = JsonNodeFactory.instance.arrayNode();
        if (texts != null) {
            texts.forEach(array::add);
        }
        return array.toString();
    }
}
