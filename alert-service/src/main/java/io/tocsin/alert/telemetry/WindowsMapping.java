package io.tocsin.alert.telemetry;

import static io.tocsin.alert.telemetry.Column.ACCOUNT_DOMAIN;
import static io.tocsin.alert.telemetry.Column.ACCOUNT_NAME;
import static io.tocsin.alert.telemetry.Column.ACCOUNT_SID;
import static io.tocsin.alert.telemetry.Column.ACTION_TYPE;
import static io.tocsin.alert.telemetry.Column.ADDITIONAL_FIELDS;
import static io.tocsin.alert.telemetry.Column.COMMAND_LINE;
import static io.tocsin.alert.telemetry.Column.FILE_NAME;
import static io.tocsin.alert.telemetry.Column.FOLDER_PATH;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_FILE_NAME;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_FOLDER_PATH;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_ID;
import static io.tocsin.alert.telemetry.Column.PROCESS_CREATION_TICKS;
import static io.tocsin.alert.telemetry.Column.PROCESS_ID;
import static io.tocsin.alert.telemetry.Column.PROCESS_KEY;
import static io.tocsin.alert.telemetry.Column.REMOTE_IP;
import static io.tocsin.alert.telemetry.Column.REMOTE_PORT;
import static io.tocsin.alert.telemetry.Column.TABLE_NAME;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.util.Map;
import java.util.Set;

/// Events of the Security, System and PowerShell logs that a hunting table has a place for, or a detection a use.
/// What Sysmon tells better and oftener (5156 and 5158, 4656 to 4663, 4689) is not kept; docs/adr/027 says why.
final class WindowsMapping {

    static final String SECURITY = "Security";
    static final String SYSTEM = "System";
    static final String POWERSHELL = "Microsoft-Windows-PowerShell/Operational";
    static final String POWERSHELL_CORE = "PowerShellCore/Operational";

    private static final Map<Integer, String> SECURITY_EVENTS = Map.ofEntries(
            Map.entry(1102, "SecurityLogCleared"),
            Map.entry(4662, "DirectoryServiceObjectAccessed"),
            Map.entry(4697, "ServiceInstalled"),
            Map.entry(4698, "ScheduledTaskCreated"),
            Map.entry(4699, "ScheduledTaskDeleted"),
            Map.entry(4700, "ScheduledTaskEnabled"),
            Map.entry(4701, "ScheduledTaskDisabled"),
            Map.entry(4702, "ScheduledTaskUpdated"),
            Map.entry(4719, "AuditPolicyModification"),
            Map.entry(4720, "UserAccountCreated"),
            Map.entry(4723, "PasswordChangeAttempt"),
            Map.entry(4724, "PasswordChangeAttempt"),
            Map.entry(4726, "UserAccountDeleted"),
            Map.entry(4728, "UserAccountAddedToGlobalGroup"),
            Map.entry(4732, "UserAccountAddedToLocalGroup"),
            Map.entry(4733, "UserAccountRemovedFromLocalGroup"),
            Map.entry(4738, "UserAccountModified"));

    private static final Map<Integer, String> SYSTEM_EVENTS =
            Map.of(104, "EventLogCleared", 7045, "ServiceInstalled", 7040, "ServiceStartTypeChanged");

    private static final Map<Long, String> LOGON_TYPES = Map.ofEntries(
            Map.entry(2L, "Interactive"),
            Map.entry(3L, "Network"),
            Map.entry(4L, "Batch"),
            Map.entry(5L, "Service"),
            Map.entry(7L, "Unlock"),
            Map.entry(8L, "NetworkCleartext"),
            Map.entry(9L, "NewCredentials"),
            Map.entry(10L, "RemoteInteractive"),
            Map.entry(11L, "CachedInteractive"));

    private static final Map<String, String> ELEVATION = Map.of(
            "%%1936", "TokenElevationTypeDefault",
            "%%1937", "TokenElevationTypeFull",
            "%%1938", "TokenElevationTypeLimited");

    private static final Map<String, String> INTEGRITY = Map.of(
            "S-1-16-0", "Untrusted",
            "S-1-16-4096", "Low",
            "S-1-16-8192", "Medium",
            "S-1-16-8448", "MediumPlus",
            "S-1-16-12288", "High",
            "S-1-16-16384", "System");

    /// What the log and its collector say of every event, which is not the event.
    private static final Set<String> ENVELOPE = Set.of(
            "tags",
            "@version",
            "@timestamp",
            "EventTime",
            "EventReceivedTime",
            "EventType",
            "Version",
            "ThreadID",
            "Task",
            "Hostname",
            "host",
            "port",
            "Computer",
            "SourceModuleName",
            "SourceModuleType",
            "SourceName",
            "Severity",
            "SeverityValue",
            "Opcode",
            "OpcodeValue",
            "Category",
            "RecordNumber",
            "Keywords",
            "ProviderGuid",
            "ExecutionProcessID",
            "Message",
            "ActivityID",
            "ERROR_EVT_UNRESOLVED");

    private static final int LONGEST_TEXT = 32_768;
    private static final int MOST_MEMBERS = 64;

    private WindowsMapping() {}

    static DeviceEvent map(String channel, Fields in) {
        Long id = in.number("EventID");
        if (id == null || channel == null) {
            return null;
        }
        DeviceEvent event = switch (channel) {
            case SECURITY -> security(in, id.intValue());
            case SYSTEM -> other(in, SYSTEM_EVENTS.get(id.intValue()));
            case POWERSHELL, POWERSHELL_CORE -> id == 4104 ? script(in) : null;
            default -> null;
        };
        return event == null ? null : event.set(ADDITIONAL_FIELDS, members(in));
    }

    private static DeviceEvent security(Fields in, int id) {
        return switch (id) {
            case 4624 -> logon(in, "LogonSuccess");
            case 4625 -> logon(in, "LogonFailed");
            case 4648 -> logon(in, "LogonAttempted");
            case 4688 -> processCreated(in);
            // Only access to the directory itself; the others are the machine's own secrets and keys, all day long.
            case 4662 -> "DS".equals(in.text("ObjectServer")) ? other(in, SECURITY_EVENTS.get(id)) : null;
            default -> other(in, SECURITY_EVENTS.get(id));
        };
    }

    /// The second of the event is that of the creation, which nothing else tells.
    private static DeviceEvent processCreated(Fields in) {
        Long pid = in.number("NewProcessId");
        WireTime time = WindowsEvent.time(in);
        String image = in.text("NewProcessName");
        String parent = in.text("ParentProcessName");
        String target = in.text("TargetUserName");
        boolean other = target != null && !target.equals("-");
        String elevation = in.text("TokenElevationType");
        String label = in.text("MandatoryLabel");
        return kind("DeviceProcessEvents", "ProcessCreated")
                .set(PROCESS_KEY, ProcessKey.of(pid, time))
                .set(PROCESS_ID, pid)
                .set(PROCESS_CREATION_TICKS, time)
                .set(FILE_NAME, Fields.fileName(image))
                .set(FOLDER_PATH, Fields.folder(image))
                .set(COMMAND_LINE, in.text("CommandLine"))
                .set(INITIATING_PROCESS_ID, in.number("ProcessId"))
                .set(INITIATING_PROCESS_FILE_NAME, Fields.fileName(parent))
                .set(INITIATING_PROCESS_FOLDER_PATH, Fields.folder(parent))
                .set(ACCOUNT_DOMAIN, in.text(other ? "TargetDomainName" : "SubjectDomainName"))
                .set(ACCOUNT_NAME, other ? target : in.text("SubjectUserName"))
                .set(ACCOUNT_SID, other ? null : in.text("SubjectUserSid"))
                .setOther("ProcessTokenElevation", elevation == null ? null : ELEVATION.get(elevation))
                .setOther("ProcessIntegrityLevel", label == null ? null : INTEGRITY.get(label))
                .setOther("LogonId", in.number(other ? "TargetLogonId" : "SubjectLogonId"));
    }

    private static DeviceEvent logon(Fields in, String action) {
        Long type = in.number("LogonType");
        String image = in.text("ProcessName");
        return kind("DeviceLogonEvents", action)
                .set(ACCOUNT_DOMAIN, in.text("TargetDomainName"))
                .set(ACCOUNT_NAME, in.text("TargetUserName"))
                .set(ACCOUNT_SID, in.text("TargetUserSid"))
                .set(REMOTE_IP, in.lower("IpAddress"))
                .set(REMOTE_PORT, in.port("IpPort"))
                .set(INITIATING_PROCESS_ID, in.number("ProcessId"))
                .set(INITIATING_PROCESS_FILE_NAME, Fields.fileName(image))
                .set(INITIATING_PROCESS_FOLDER_PATH, Fields.folder(image))
                .setOther("LogonType", type == null ? null : LOGON_TYPES.getOrDefault(type, type.toString()))
                .setOther("LogonId", in.number("TargetLogonId"))
                .setOther("Protocol", in.text("AuthenticationPackageName"))
                .setOther("RemoteDeviceName", in.text("WorkstationName"))
                .setOther("FailureReason", action.equals("LogonFailed") ? reason(in) : null)
                .setOther("InitiatingProcessAccountDomain", in.text("SubjectDomainName"))
                .setOther("InitiatingProcessAccountName", in.text("SubjectUserName"))
                .setOther("InitiatingProcessAccountSid", in.text("SubjectUserSid"));
    }

    private static String reason(Fields in) {
        String code = in.lower(in.says("SubStatus") && in.number("SubStatus") != 0 ? "SubStatus" : "Status");
        return switch (code == null ? "" : code) {
            case "0xc0000064" -> "UnknownUser";
            case "0xc000006a" -> "InvalidUserNameOrPassword";
            case "0xc0000234" -> "LockedAccount";
            case "0xc0000072" -> "DisabledAccount";
            case "0xc0000071", "0xc0000224" -> "ExpiredPassword";
            case "0xc0000193" -> "ExpiredAccount";
            default -> code;
        };
    }

    private static DeviceEvent script(Fields in) {
        return kind("DeviceEvents", "PowerShellCommand")
                .set(INITIATING_PROCESS_ID, in.number("ExecutionProcessID"))
                .set(ACCOUNT_DOMAIN, in.text("Domain"))
                .set(ACCOUNT_NAME, in.text("AccountName"))
                .set(ACCOUNT_SID, in.text("UserID"));
    }

    private static DeviceEvent other(Fields in, String action) {
        if (action == null) {
            return null;
        }
        String service = in.text(in.says("ServiceFileName") ? "ServiceFileName" : "ImagePath");
        return kind("DeviceEvents", action)
                .set(ACCOUNT_DOMAIN, in.text(in.says("SubjectUserName") ? "SubjectDomainName" : "Domain"))
                .set(ACCOUNT_NAME, in.text(in.says("SubjectUserName") ? "SubjectUserName" : "AccountName"))
                .set(ACCOUNT_SID, in.text(in.says("SubjectUserSid") ? "SubjectUserSid" : "UserID"))
                .set(FILE_NAME, service == null ? null : Fields.fileName(program(service)))
                .set(FOLDER_PATH, service == null ? null : Fields.folder(program(service)));
    }

    /// `"C:\a b\x.exe" -k y` → `C:\a b\x.exe`.
    private static String program(String command) {
        String text = command.strip();
        if (text.startsWith("\"")) {
            int end = text.indexOf('"', 1);
            return end < 0 ? text.substring(1) : text.substring(1, end);
        }
        int end = text.toLowerCase(java.util.Locale.ROOT).indexOf(".exe");
        return end < 0 ? text.split(" ", 2)[0] : text.substring(0, end + 4);
    }

    private static DeviceEvent kind(String table, String action) {
        return new DeviceEvent().set(TABLE_NAME, table).set(ACTION_TYPE, action);
    }

    /// The event's own members under their own names, by which detections ask for them.
    private static String members(Fields in) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : in.names()) {
            String value = ENVELOPE.contains(name) ? null : in.text(name);
            if (value != null && kept.size() < MOST_MEMBERS) {
                String clean = value.replace("\0", "");
                kept.put(name, clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean);
            }
        }
        return kept.toString();
    }
}
