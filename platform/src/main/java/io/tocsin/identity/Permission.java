package io.tocsin.identity;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The permissions of contract 00 §2.1 that a route asks for, each with the name an application's token carries
/// (`roles`)
/// and the one a user's token carries (`scp`). Names are compared without case; a `ReadWrite` includes its read.
public enum Permission {
    ALERT_READ("Alert.Read.All", "Alert.Read"),
    ALERT_READ_WRITE("Alert.ReadWrite.All", "Alert.ReadWrite", ALERT_READ),
    /// The audit record.
    AUDIT_READ("Audit.Read.All", "Audit.Read"),
    DEVICE_GROUP_READ("DeviceGroup.Read.All", "DeviceGroup.Read"),
    DEVICE_GROUP_READ_WRITE("DeviceGroup.ReadWrite.All", "DeviceGroup.ReadWrite", DEVICE_GROUP_READ),
    EVENT_WRITE("Event.Write", "Event.Write"),
    INCIDENT_READ("Incident.Read.All", "Incident.Read"),
    INCIDENT_READ_WRITE("Incident.ReadWrite.All", "Incident.ReadWrite", INCIDENT_READ),
    MACHINE_READ("Machine.Read.All", "Machine.Read"),
    MACHINE_READ_WRITE("Machine.ReadWrite.All", "Machine.ReadWrite", MACHINE_READ),
    MACHINE_ISOLATE("Machine.Isolate", "Machine.Isolate"),
    MACHINE_SCAN("Machine.Scan", "Machine.Scan"),
    MACHINE_RESTRICT_EXECUTION("Machine.RestrictExecution", "Machine.RestrictExecution"),
    MACHINE_STOP_AND_QUARANTINE("Machine.StopAndQuarantine", "Machine.StopAndQuarantine"),
    MACHINE_COLLECT_FORENSICS("Machine.CollectForensics", "Machine.CollectForensics"),
    MACHINE_OFFBOARD("Machine.Offboard", "Machine.Offboard"),
    MACHINE_LIVE_RESPONSE("Machine.LiveResponse", "Machine.LiveResponse"),
    /// Indicators the application created itself.
    TI_READ_WRITE("Ti.ReadWrite", null),
    /// Every indicator of the tenant; a user's `Ti.ReadWrite` is this one (contract 50 §2).
    TI_READ_WRITE_ALL("Ti.ReadWrite.All", "Ti.ReadWrite", TI_READ_WRITE),
    /// Another service of this platform.
    SERVICE("Tocsin.Service", null);

    private static final Map<String, Permission> BY_APPLICATION_NAME = new HashMap<>();
    private static final Map<String, Permission> BY_DELEGATED_NAME = new HashMap<>();

    static {
        for (Permission permission : values()) {
            BY_APPLICATION_NAME.put(permission.applicationName.toLowerCase(Locale.ROOT), permission);
            if (permission.delegatedName != null) {
                BY_DELEGATED_NAME.put(permission.delegatedName.toLowerCase(Locale.ROOT), permission);
            }
        }
    }

    private final String applicationName;
    private final String delegatedName;
    private final Permission[] included;

    Permission(String applicationName, String delegatedName, Permission... included) {
        this.applicationName = applicationName;
        this.delegatedName = delegatedName;
        this.included = included;
    }

    /// The name in an application's `roles`, as error messages print it.
    public String applicationName() {
        return applicationName;
    }

    /// What the names of an application's token open; unknown names open nothing.
    static Set<Permission> ofApplication(Iterable<String> roles) {
        return granted(roles, BY_APPLICATION_NAME);
    }

    /// What the names of a user's token open; unknown names open nothing.
    static Set<Permission> ofUser(Iterable<String> scopes) {
        return granted(scopes, BY_DELEGATED_NAME);
    }

    private static Set<Permission> granted(Iterable<String> names, Map<String, Permission> known) {
        var granted = EnumSet.noneOf(Permission.class);
        for (String name : names) {
            Permission permission = known.get(name.toLowerCase(Locale.ROOT));
            if (permission != null) {
                granted.add(permission);
                granted.addAll(Set.of(permission.included));
            }
        }
        return granted;
    }
}
