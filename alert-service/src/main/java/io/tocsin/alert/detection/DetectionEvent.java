package io.tocsin.alert.detection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tocsin.alert.process.FilePath;
import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.sigma.Folding;
import io.tocsin.alert.sigma.SigmaEvent;
import java.util.Map;

/// An event as rules see it: under Sysmon's names, whichever sender told it, and with what is known of its processes.
/// Used by one thread; what was read once is kept.
final class DetectionEvent implements SigmaEvent {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, EventKind> BY_ACTION = Map.ofEntries(
            Map.entry("ProcessTerminated", EventKind.PROCESS_TERMINATION),
            Map.entry("CreateRemoteThreadApiCall", EventKind.CREATE_REMOTE_THREAD),
            Map.entry("RawAccessRead", EventKind.RAW_ACCESS_THREAD),
            Map.entry("OpenProcessApiCall", EventKind.PROCESS_ACCESS),
            Map.entry("NamedPipeEvent", EventKind.PIPE_CREATED),
            Map.entry("DnsQueryResponse", EventKind.DNS_QUERY),
            Map.entry("DriverLoad", EventKind.DRIVER_LOAD),
            Map.entry("FileTimestampModificationEvent", EventKind.FILE_CHANGE),
            Map.entry("FileStreamCreated", EventKind.CREATE_STREAM_HASH),
            Map.entry("FileExecutableBlocked", EventKind.FILE_BLOCK_EXECUTABLE),
            Map.entry("WmiEventFilterCreated", EventKind.WMI_EVENT),
            Map.entry("WmiEventConsumerCreated", EventKind.WMI_EVENT),
            Map.entry("WmiBindEventFilterToConsumer", EventKind.WMI_EVENT),
            Map.entry("GetClipboardData", EventKind.CLIPBOARD_CAPTURE),
            Map.entry("ProcessTampering", EventKind.PROCESS_TAMPERING),
            Map.entry("PowerShellCommand", EventKind.PS_SCRIPT),
            Map.entry("EventLogCleared", EventKind.SYSTEM),
            Map.entry("ServiceStartTypeChanged", EventKind.SYSTEM));

    /// The log's number of an action, for rows that do not come from the log.
    private static final Map<String, String> EVENT_IDS = Map.ofEntries(
            Map.entry("LogonSuccess", "4624"),
            Map.entry("LogonFailed", "4625"),
            Map.entry("LogonAttempted", "4648"),
            Map.entry("SecurityLogCleared", "1102"),
            Map.entry("ServiceInstalled", "7045"),
            Map.entry("ScheduledTaskCreated", "4698"),
            Map.entry("ScheduledTaskDeleted", "4699"),
            Map.entry("ScheduledTaskUpdated", "4702"),
            Map.entry("UserAccountCreated", "4720"),
            Map.entry("UserAccountDeleted", "4726"),
            Map.entry("UserAccountAddedToLocalGroup", "4732"));

    private final EventRow row;
    private final EventKind kind;
    private final String[] texts = new String[EventFields.ALL.size()];
    private final String[] folded = new String[EventFields.ALL.size()];
    private final boolean[] read = new boolean[EventFields.ALL.size()];
    private JsonNode additional;
    private JsonNode other;
    private ProcessNode process;
    private ProcessNode parent;
    private ProcessNode grandparent;

    DetectionEvent(EventRow row) {
        this.row = row;
        this.kind = kindOf(row);
    }

    /// What the event is; null when no rule can be about it.
    EventKind kind() {
        return kind;
    }

    EventRow row() {
        return row;
    }

    /// The process that was created, or that acted, and who started it.
    DetectionEvent with(ProcessNode own, ProcessNode itsParent, ProcessNode itsGrandparent) {
        process = own;
        parent = itsParent;
        grandparent = itsGrandparent;
        return this;
    }

    ProcessNode process() {
        return process;
    }

    ProcessNode parent() {
        return parent;
    }

    ProcessRef processRef() {
        String key = row.get("process_key");
        return key == null ? null : new ProcessRef(row.tenant(), row.machineId(), key);
    }

    boolean isCreation() {
        return kind == EventKind.PROCESS_CREATION;
    }

    /// Paths of Unix begin with a slash; where there is no path, the event is of Windows.
    boolean isUnix() {
        String folder = row.get(isCreation() ? "folder_path" : "initiating_process_folder_path");
        return folder != null && folder.startsWith("/");
    }

    /// The numbers of the kinds of rules that are about this event.
    int[] kinds() {
        boolean unix = isUnix();
        boolean registry = kind.name().startsWith("REGISTRY_") && kind != EventKind.REGISTRY_EVENT;
        return registry
                ? new int[] {
                    kind.numberOnAny(),
                    kind.number(unix),
                    EventKind.REGISTRY_EVENT.numberOnAny(),
                    EventKind.REGISTRY_EVENT.number(unix)
                }
                : new int[] {kind.numberOnAny(), kind.number(unix)};
    }

    @Override
    public String text(int field) {
        if (!read[field]) {
            read[field] = true;
            String value = EventFields.ALL.read(field, this);
            texts[field] = value == null || value.isEmpty() ? null : value;
        }
        return texts[field];
    }

    @Override
    public String folded(int field) {
        String text = text(field);
        if (text != null && folded[field] == null) {
            folded[field] = Folding.fold(text);
        }
        return folded[field];
    }

    @Override
    public int fields() {
        return texts.length;
    }

    String column(String name) {
        return row.get(name);
    }

    String additional(String name) {
        if (additional == null) {
            additional = json(row.get("additional_fields"));
        }
        return text(additional, name);
    }

    String other(String name) {
        if (other == null) {
            other = json(row.get("other_columns"));
        }
        return text(other, name);
    }

    String image() {
        String own = isCreation() ? file() : initiating();
        return own != null || process == null ? own : path(process);
    }

    String commandLine() {
        String own = row.get(isCreation() ? "command_line" : "initiating_process_command_line");
        return own != null || process == null ? own : process.commandLine();
    }

    String parentImage() {
        String own = isCreation() ? initiating() : null;
        return own != null || parent == null ? own : path(parent);
    }

    String parentCommandLine() {
        String own = isCreation() ? row.get("initiating_process_command_line") : null;
        return own != null || parent == null ? own : parent.commandLine();
    }

    String grandparentImage() {
        return grandparent == null ? null : path(grandparent);
    }

    String grandparentCommandLine() {
        return grandparent == null ? null : grandparent.commandLine();
    }

    String processId() {
        return row.get(isCreation() ? "process_id" : "initiating_process_id");
    }

    String user() {
        String name = row.get("account_name");
        if (name != null) {
            return account(row.get("account_domain"), name);
        }
        return process == null || process.accountName() == null
                ? null
                : account(process.accountDomain(), process.accountName());
    }

    private static String account(String domain, String name) {
        return domain == null ? name : domain + "\\" + name;
    }

    /// The file the event is about; of an access to a process, that process' file.
    String file() {
        return FilePath.whole(row.get("folder_path"), row.get("file_name"));
    }

    String previousFile() {
        return FilePath.whole(other("PreviousFolderPath"), other("PreviousFileName"));
    }

    private String initiating() {
        return FilePath.whole(row.get("initiating_process_folder_path"), row.get("initiating_process_file_name"));
    }

    static String path(ProcessNode process) {
        return FilePath.whole(process.folderPath(), process.fileName());
    }

    String hashes() {
        var hashes = new StringBuilder();
        append(hashes, "SHA1", row.get("sha1"));
        append(hashes, "MD5", row.get("md5"));
        append(hashes, "SHA256", row.get("sha256"));
        append(hashes, "IMPHASH", other("Imphash"));
        return hashes.isEmpty() ? null : hashes.toString();
    }

    private static void append(StringBuilder hashes, String name, String value) {
        if (value != null) {
            hashes.append(hashes.isEmpty() ? "" : ",").append(name).append('=').append(value);
        }
    }

    boolean isInbound() {
        return "InboundConnectionAccepted".equals(row.get("action_type"));
    }

    /// As Sysmon writes it, `0x1410`; the hunting tables have the number.
    String grantedAccess() {
        String sysmon = additional("GrantedAccess");
        if (sysmon != null) {
            return sysmon;
        }
        String wanted = additional("DesiredAccess");
        try {
            return wanted == null || wanted.startsWith("0x") ? wanted : "0x" + Long.toHexString(Long.parseLong(wanted));
        } catch (NumberFormatException inWords) {
            return wanted;
        }
    }

    String registryTarget() {
        String key = row.get("registry_key");
        String name = row.get("registry_value_name");
        return key == null ? null : RegistryNames.asSysmonHas(name == null ? key : key + "\\" + name);
    }

    String registryEventType() {
        return switch (row.get("action_type")) {
            case "RegistryKeyCreated" -> "CreateKey";
            case "RegistryKeyDeleted" -> "DeleteKey";
            case "RegistryValueDeleted" -> "DeleteValue";
            case "RegistryKeyRenamed" -> "RenameKey";
            default -> "SetValue";
        };
    }

    String pipe() {
        return additional("PipeName");
    }

    String script() {
        String block = additional("ScriptBlockText");
        return block == null ? additional("Command") : block;
    }

    String serviceProgram() {
        String path = additional("ImagePath");
        String file = path == null ? additional("ServiceFileName") : path;
        return file == null ? file() : file;
    }

    String eventId() {
        String id = additional("EventID");
        return id == null ? EVENT_IDS.get(row.get("action_type")) : id;
    }

    private static EventKind kindOf(EventRow row) {
        String action = row.get("action_type");
        return switch (row.get("table_name")) {
            case "DeviceProcessEvents" -> action.equals("ProcessCreated") ? EventKind.PROCESS_CREATION : null;
            case "DeviceNetworkEvents" ->
                action.startsWith("Connection") || action.startsWith("Inbound") ? EventKind.NETWORK_CONNECTION : null;
            case "DeviceFileEvents" ->
                switch (action) {
                    case "FileDeleted" -> EventKind.FILE_DELETE;
                    case "FileRenamed" -> EventKind.FILE_RENAME;
                    default -> EventKind.FILE_EVENT;
                };
            case "DeviceRegistryEvents" ->
                switch (action) {
                    case "RegistryKeyCreated" -> EventKind.REGISTRY_ADD;
                    case "RegistryKeyDeleted", "RegistryValueDeleted" -> EventKind.REGISTRY_DELETE;
                    case "RegistryKeyRenamed" -> EventKind.REGISTRY_RENAME;
                    default -> EventKind.REGISTRY_SET;
                };
            case "DeviceImageLoadEvents" -> EventKind.IMAGE_LOAD;
            case "DeviceLogonEvents" -> EventKind.SECURITY;
            case "DeviceEvents" -> deviceEvent(action, row);
            default -> null;
        };
    }

    /// A service is told of by both logs, and without a log by the hunting table.
    private static EventKind deviceEvent(String action, EventRow row) {
        if (action.equals("ServiceInstalled")) {
            String fields = row.get("additional_fields");
            return fields != null && fields.contains("\"4697\"") ? EventKind.SECURITY : EventKind.SYSTEM;
        }
        EventKind kind = BY_ACTION.get(action);
        return kind != null || !isOfSecurity(action) ? kind : EventKind.SECURITY;
    }

    private static boolean isOfSecurity(String action) {
        return action.startsWith("ScheduledTask")
                || action.startsWith("UserAccount")
                || action.startsWith("PasswordChange")
                || action.equals("SecurityLogCleared")
                || action.equals("AuditPolicyModification")
                || action.equals("DirectoryServiceObjectAccessed");
    }

    private static String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value.isValueNode() ? value.asText() : value.toString();
    }

    private static JsonNode json(String text) {
        try {
            return text == null ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the database holds broken JSON", impossible);
        }
    }
}
