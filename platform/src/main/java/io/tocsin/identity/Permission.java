package io.tocsin.identity;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Every permission of contract 00 §2.1 and our own, each with the name an application's token carries (`roles`) and
/// the one a user's token carries (`scp`). Names are compared without case; a `ReadWrite` includes its read; a name
/// that a page of the documentation misspells means what it was meant to (rule 3).
public enum Permission {
    ADVANCED_HUNTING_READ("AdvancedHunting.Read.All", "AdvancedHunting.Read"),
    ADVANCED_QUERY_READ("AdvancedQuery.Read.All", "AdvancedQuery.Read"),
    ALERT_READ("Alert.Read.All", "Alert.Read"),
    ALERT_READ_WRITE("Alert.ReadWrite.All", "Alert.ReadWrite", ALERT_READ),
    /// The audit record.
    AUDIT_READ("Audit.Read.All", "Audit.Read"),
    /// Detection rules, built in and the tenant's own.
    DETECTION_READ("CustomDetection.Read.All", "CustomDetection.Read"),
    DETECTION_READ_WRITE("CustomDetection.ReadWrite.All", "CustomDetection.ReadWrite", DETECTION_READ),
    DEVICE_GROUP_READ("DeviceGroup.Read.All", "DeviceGroup.Read"),
    DEVICE_GROUP_READ_WRITE("DeviceGroup.ReadWrite.All", "DeviceGroup.ReadWrite", DEVICE_GROUP_READ),
    EVENT_WRITE("Event.Write", "Event.Write"),
    FILE_READ("File.Read.All", "File.Read.All"),
    INCIDENT_READ("Incident.Read.All", "Incident.Read"),
    INCIDENT_READ_WRITE("Incident.ReadWrite.All", "Incident.ReadWrite", INCIDENT_READ),
    IP_READ("Ip.Read.All", "Ip.Read.All"),
    LIBRARY_MANAGE("Library.Manage", "Library.Manage"),
    MACHINE_READ("Machine.Read.All", "Machine.Read"),
    MACHINE_READ_WRITE("Machine.ReadWrite.All", "Machine.ReadWrite", MACHINE_READ),
    MACHINE_ISOLATE("Machine.Isolate", "Machine.Isolate"),
    MACHINE_SCAN("Machine.Scan", "Machine.Scan"),
    MACHINE_RESTRICT_EXECUTION("Machine.RestrictExecution", "Machine.RestrictExecution"),
    MACHINE_STOP_AND_QUARANTINE("Machine.StopAndQuarantine", "Machine.StopAndQuarantine"),
    MACHINE_COLLECT_FORENSICS("Machine.CollectForensics", "Machine.CollectForensics"),
    MACHINE_OFFBOARD("Machine.Offboard", "Machine.Offboard"),
    MACHINE_LIVE_RESPONSE("Machine.LiveResponse", "Machine.LiveResponse"),
    REMEDIATION_TASKS_READ("RemediationTasks.Read.All", "RemediationTasks.Read"),
    SCORE_READ("Score.Read.All", "Score.Read"),
    SECURITY_BASELINES_READ("SecurityBaselinesAssessment.Read.All", "SecurityBaselinesAssessment.Read"),
    SECURITY_CONFIGURATION_READ("SecurityConfiguration.Read.All", "SecurityConfiguration.Read"),
    SECURITY_CONFIGURATION_READ_WRITE(
            "SecurityConfiguration.ReadWrite.All", "SecurityConfiguration.ReadWrite", SECURITY_CONFIGURATION_READ),
    SECURITY_RECOMMENDATION_READ("SecurityRecommendation.Read.All", "SecurityRecommendation.Read"),
    SOFTWARE_READ("Software.Read.All", "Software.Read"),
    /// Known to exist, but no page names a route that it opens.
    TI_READ("Ti.Read.All", "Ti.Read"),
    /// Indicators the application created itself.
    TI_READ_WRITE("Ti.ReadWrite", null),
    /// Every indicator of the tenant; a user's `Ti.ReadWrite` is this one (contract 50 §2).
    TI_READ_WRITE_ALL("Ti.ReadWrite.All", "Ti.ReadWrite", TI_READ_WRITE, TI_READ),
    URL_READ("URL.Read.All", "URL.Read.All"),
    USER_READ("User.Read.All", "User.Read.All"),
    VULNERABILITY_READ("Vulnerability.Read.All", "Vulnerability.Read"),
    /// What is sent to whom, and what could not be.
    WEBHOOK_READ("Webhook.Read.All", null),
    /// Whoever decides where alerts and incidents of the whole tenant are sent can read them all, so only an
    /// application, which no device group bounds, may.
    WEBHOOK_READ_WRITE("Webhook.ReadWrite.All", null, WEBHOOK_READ),
    /// Another service of this platform.
    SERVICE("Tocsin.Service", null),
    /// Another service of this platform that asks for investigations.
    SERVICE_INVESTIGATE("Service.Investigate", null);

    /// What only the issuer of our own services can grant.
    static final Set<Permission> OF_SERVICES = Set.of(SERVICE, SERVICE_INVESTIGATE);

    private static final Map<String, Permission> BY_APPLICATION_NAME = new HashMap<>();
    private static final Map<String, Permission> BY_DELEGATED_NAME = new HashMap<>();

    static {
        for (Permission permission : values()) {
            BY_APPLICATION_NAME.put(key(permission.applicationName), permission);
            permission.delegatedName().ifPresent(name -> BY_DELEGATED_NAME.put(key(name), permission));
        }
        BY_APPLICATION_NAME.put(key("Alerts.ReadWrite.All"), ALERT_READ_WRITE);
        BY_DELEGATED_NAME.put(key("Machine.Read.All"), MACHINE_READ);
        BY_DELEGATED_NAME.put(key("Machine.Read.Write"), MACHINE_READ_WRITE);
        BY_DELEGATED_NAME.put(key("RemediationTask.Read"), REMEDIATION_TASKS_READ);
        BY_DELEGATED_NAME.put(key("RemediationTask.Read.Read"), REMEDIATION_TASKS_READ);
    }

    private final String applicationName;
    private final String delegatedName;
    private final List<Permission> included;

    Permission(String applicationName, String delegatedName, Permission... included) {
        this.applicationName = applicationName;
        this.delegatedName = delegatedName;
        this.included = List.of(included);
    }

    /// The name in an application's `roles`, as error messages print it.
    public String applicationName() {
        return applicationName;
    }

    /// The name in a user's `scp`; none when only applications can have it.
    public Optional<String> delegatedName() {
        return Optional.ofNullable(delegatedName);
    }

    /// What the names of an application's token open; unknown names open nothing.
    public static Set<Permission> ofApplication(Iterable<String> roles) {
        return granted(roles, BY_APPLICATION_NAME);
    }

    /// What the names of a user's token open; unknown names open nothing.
    public static Set<Permission> ofUser(Iterable<String> scopes) {
        return granted(scopes, BY_DELEGATED_NAME);
    }

    private static Set<Permission> granted(Iterable<String> names, Map<String, Permission> known) {
        var granted = EnumSet.noneOf(Permission.class);
        for (String name : names) {
            Permission permission = known.get(key(name));
            if (permission != null) {
                granted.add(permission);
                granted.addAll(permission.included);
            }
        }
        return granted;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
