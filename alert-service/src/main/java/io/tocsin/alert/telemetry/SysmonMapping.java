package io.tocsin.alert.telemetry;

import static io.tocsin.alert.telemetry.Column.ACCOUNT_DOMAIN;
import static io.tocsin.alert.telemetry.Column.ACCOUNT_NAME;
import static io.tocsin.alert.telemetry.Column.ACCOUNT_SID;
import static io.tocsin.alert.telemetry.Column.ACTION_TYPE;
import static io.tocsin.alert.telemetry.Column.ADDITIONAL_FIELDS;
import static io.tocsin.alert.telemetry.Column.COMMAND_LINE;
import static io.tocsin.alert.telemetry.Column.FILE_NAME;
import static io.tocsin.alert.telemetry.Column.FOLDER_PATH;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_COMMAND_LINE;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_CREATION_TICKS;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_FILE_NAME;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_FOLDER_PATH;
import static io.tocsin.alert.telemetry.Column.INITIATING_PROCESS_ID;
import static io.tocsin.alert.telemetry.Column.LOCAL_IP;
import static io.tocsin.alert.telemetry.Column.LOCAL_PORT;
import static io.tocsin.alert.telemetry.Column.MD5;
import static io.tocsin.alert.telemetry.Column.PARENT_PROCESS_KEY;
import static io.tocsin.alert.telemetry.Column.PROCESS_CREATION_TICKS;
import static io.tocsin.alert.telemetry.Column.PROCESS_ID;
import static io.tocsin.alert.telemetry.Column.PROCESS_KEY;
import static io.tocsin.alert.telemetry.Column.PROTOCOL;
import static io.tocsin.alert.telemetry.Column.REGISTRY_KEY;
import static io.tocsin.alert.telemetry.Column.REGISTRY_VALUE_DATA;
import static io.tocsin.alert.telemetry.Column.REGISTRY_VALUE_NAME;
import static io.tocsin.alert.telemetry.Column.REMOTE_IP;
import static io.tocsin.alert.telemetry.Column.REMOTE_PORT;
import static io.tocsin.alert.telemetry.Column.REMOTE_URL;
import static io.tocsin.alert.telemetry.Column.SHA1;
import static io.tocsin.alert.telemetry.Column.SHA256;
import static io.tocsin.alert.telemetry.Column.TABLE_NAME;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.Locale;

/// Sysmon events, flattened to one JSON object as NXLog does, in the columns of the hunting tables (contract 70 §3).
final class SysmonMapping {

    static final String CHANNEL = "Microsoft-Windows-Sysmon/Operational";
    /// What has no column of a hunting table; detections ask for it by these names.
    private static final List<String> KEPT_BESIDE = List.of(
            "RuleName",
            "TargetImage",
            "TargetProcessGUID",
            "TargetProcessGuid",
            "TargetProcessId",
            "TargetUser",
            "SourceUser",
            "GrantedAccess",
            "CallTrace",
            "NewThreadId",
            "StartAddress",
            "StartModule",
            "StartFunction",
            "PipeName",
            "Device",
            "QueryResults",
            "QueryStatus",
            "Signed",
            "Signature",
            "SignatureStatus",
            "ParentUser",
            "CurrentDirectory",
            "LogonGuid",
            "TerminalSessionId",
            "Initiated",
            "SourceIsIpv6",
            "SourcePortName",
            "DestinationIsIpv6",
            "DestinationPortName",
            "NewName",
            "CreationUtcTime",
            "PreviousCreationUtcTime",
            "Contents",
            "IsExecutable",
            "Archived",
            "Session",
            "ClientInfo",
            "EventNamespace",
            "Name",
            "Query",
            "Operation",
            "Type",
            "Destination",
            "Consumer",
            "Filter",
            "State",
            "Configuration",
            "ConfigurationFileHash");

    private SysmonMapping() {}

    /// The event without its machine, or null when its kind is not kept.
    ///
    /// @throws IllegalArgumentException naming what is missing or wrong
    static DeviceEvent map(Fields in) {
        Long id = in.number("EventID");
        if (id == null) {
            return null;
        }
        DeviceEvent event = new DeviceEvent();
        switch (id.intValue()) {
            case 1 -> processCreated(in, kind(event, "DeviceProcessEvents", "ProcessCreated"));
            case 2 -> file(in, kind(event, "DeviceEvents", "FileTimestampModificationEvent"), "TargetFilename");
            case 3 -> connection(in, kind(event, "DeviceNetworkEvents", connectionKind(in)));
            case 4 -> kind(event, "DeviceEvents", "SensorStateChanged");
            case 5 -> acting(in, kind(event, "DeviceEvents", "ProcessTerminated"));
            case 6 -> file(in, kind(event, "DeviceEvents", "DriverLoad"), "ImageLoaded");
            case 7 -> file(in, kind(event, "DeviceImageLoadEvents", "ImageLoaded"), "ImageLoaded");
            case 8 -> target(in, kind(event, "DeviceEvents", "CreateRemoteThreadApiCall"));
            case 9 -> acting(in, kind(event, "DeviceEvents", "RawAccessRead"));
            case 10 -> target(in, kind(event, "DeviceEvents", "OpenProcessApiCall"));
            case 11, 29 -> file(in, kind(event, "DeviceFileEvents", "FileCreated"), "TargetFilename");
            case 12, 13, 14 -> registry(in, kind(event, "DeviceRegistryEvents", registryKind(in)));
            case 15 -> stream(in, kind(event, "DeviceEvents", "FileStreamCreated"));
            case 16 -> kind(event, "DeviceEvents", "SensorConfigurationChanged");
            case 17, 18 -> acting(in, kind(event, "DeviceEvents", "NamedPipeEvent"));
            case 19 -> kind(event, "DeviceEvents", "WmiEventFilterCreated");
            case 20 -> kind(event, "DeviceEvents", "WmiEventConsumerCreated");
            case 21 -> kind(event, "DeviceEvents", "WmiBindEventFilterToConsumer");
            case 22 ->
                acting(in, kind(event, "DeviceEvents", "DnsQueryResponse").set(REMOTE_URL, host(in)));
            case 23, 26 -> file(in, kind(event, "DeviceFileEvents", "FileDeleted"), "TargetFilename");
            case 24 -> clipboard(in, kind(event, "DeviceEvents", "GetClipboardData"));
            case 25 -> acting(in, kind(event, "DeviceEvents", "ProcessTampering"));
            case 27 -> file(in, kind(event, "DeviceEvents", "FileExecutableBlocked"), "TargetFilename");
            case 28 -> file(in, kind(event, "DeviceEvents", "FileShreddingBlocked"), "TargetFilename");
            default -> {
                return null;
            }
        }
        account(in, event);
        return event.set(ADDITIONAL_FIELDS, beside(in, id.intValue()));
    }

    private static DeviceEvent kind(DeviceEvent event, String table, String action) {
        return event.set(TABLE_NAME, table).set(ACTION_TYPE, action);
    }

    private static String connectionKind(Fields in) {
        return "false".equals(in.lower("Initiated")) ? "InboundConnectionAccepted" : "ConnectionSuccess";
    }

    private static String registryKind(Fields in) {
        String type = in.text("EventType");
        return switch (type == null ? "" : type) {
            case "CreateKey" -> "RegistryKeyCreated";
            case "DeleteKey" -> "RegistryKeyDeleted";
            case "DeleteValue" -> "RegistryValueDeleted";
            case "RenameKey", "RenameValue" -> "RegistryKeyRenamed";
            default -> "RegistryValueSet";
        };
    }

    private static String host(Fields in) {
        String name = in.lower("QueryName");
        return name != null && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static void processCreated(Fields in, DeviceEvent event) {
        WireTime created = ProcessKey.creation(in.text("ProcessGuid"));
        WireTime exact = in.time("UtcTime");
        WireTime parentCreated = ProcessKey.creation(in.text("ParentProcessGuid"));
        String parent = in.text("ParentImage");
        event.set(PROCESS_KEY, ProcessKey.of(in.number("ProcessId"), created == null ? exact : created))
                .set(PROCESS_ID, in.number("ProcessId"))
                .set(PROCESS_CREATION_TICKS, exact)
                .set(FILE_NAME, Fields.fileName(in.text("Image")))
                .set(FOLDER_PATH, Fields.folder(in.text("Image")))
                .set(COMMAND_LINE, in.text("CommandLine"))
                .set(PARENT_PROCESS_KEY, ProcessKey.of(in.number("ParentProcessId"), parentCreated))
                .set(INITIATING_PROCESS_ID, in.number("ParentProcessId"))
                .set(INITIATING_PROCESS_CREATION_TICKS, parentCreated)
                .set(INITIATING_PROCESS_FILE_NAME, Fields.fileName(parent))
                .set(INITIATING_PROCESS_FOLDER_PATH, Fields.folder(parent))
                .set(INITIATING_PROCESS_COMMAND_LINE, in.text("ParentCommandLine"));
        hashes(in, event);
        versions(in, event);
        event.setOther("ProcessIntegrityLevel", in.text("IntegrityLevel")).setOther("LogonId", in.number("LogonId"));
    }

    /// What the file says of itself, under the names of the hunting tables.
    private static void versions(Fields in, DeviceEvent event) {
        event.setOther("ProcessVersionInfoCompanyName", in.text("Company"))
                .setOther("ProcessVersionInfoProductName", in.text("Product"))
                .setOther("ProcessVersionInfoProductVersion", in.text("FileVersion"))
                .setOther("ProcessVersionInfoOriginalFileName", in.text("OriginalFileName"))
                .setOther("ProcessVersionInfoFileDescription", in.text("Description"));
    }

    private static void target(Fields in, DeviceEvent event) {
        acting(in, event);
        String guid = in.text(in.has("TargetProcessGUID") ? "TargetProcessGUID" : "TargetProcessGuid");
        event.set(PROCESS_ID, in.number("TargetProcessId"))
                .set(PROCESS_CREATION_TICKS, ProcessKey.creation(guid))
                .set(FILE_NAME, Fields.fileName(in.text("TargetImage")))
                .set(FOLDER_PATH, Fields.folder(in.text("TargetImage")));
    }

    /// A stream of a file; that of its origin holds where it was downloaded from.
    private static void stream(Fields in, DeviceEvent event) {
        file(in, event, "TargetFilename");
        String contents = in.text("Contents");
        if (contents != null) {
            for (String line : contents.split("\\R|\\s{2,}")) {
                if (line.startsWith("HostUrl=")) {
                    event.setOther("FileOriginUrl", line.substring("HostUrl=".length()));
                } else if (line.startsWith("ReferrerUrl=")) {
                    event.setOther("FileOriginReferrerUrl", line.substring("ReferrerUrl=".length()));
                }
            }
        }
    }

    /// Never what was copied: only that it was.
    private static void clipboard(Fields in, DeviceEvent event) {
        acting(in, event);
        hashes(in, event);
    }

    private static void acting(Fields in, DeviceEvent event) {
        boolean source = in.has("SourceProcessGUID") || in.has("SourceProcessGuid");
        String guid = source
                ? in.text(in.has("SourceProcessGUID") ? "SourceProcessGUID" : "SourceProcessGuid")
                : in.text("ProcessGuid");
        Long pid = in.number(source ? "SourceProcessId" : "ProcessId");
        String image = in.text(source ? "SourceImage" : "Image");
        WireTime created = ProcessKey.creation(guid);
        event.set(PROCESS_KEY, ProcessKey.of(pid, created))
                .set(INITIATING_PROCESS_ID, pid)
                .set(INITIATING_PROCESS_CREATION_TICKS, created)
                .set(INITIATING_PROCESS_FILE_NAME, Fields.fileName(image))
                .set(INITIATING_PROCESS_FOLDER_PATH, Fields.folder(image));
    }

    private static void connection(Fields in, DeviceEvent event) {
        acting(in, event);
        boolean inbound = event.text(ACTION_TYPE).equals("InboundConnectionAccepted");
        event.set(REMOTE_IP, in.lower(inbound ? "SourceIp" : "DestinationIp"))
                .set(REMOTE_PORT, in.port(inbound ? "SourcePort" : "DestinationPort"))
                .set(REMOTE_URL, in.lower(inbound ? "SourceHostname" : "DestinationHostname"))
                .set(LOCAL_IP, in.lower(inbound ? "DestinationIp" : "SourceIp"))
                .set(LOCAL_PORT, in.port(inbound ? "DestinationPort" : "SourcePort"))
                .set(PROTOCOL, in.lower("Protocol"));
    }

    private static void file(Fields in, DeviceEvent event, String path) {
        acting(in, event);
        event.set(FILE_NAME, Fields.fileName(in.text(path))).set(FOLDER_PATH, Fields.folder(in.text(path)));
        hashes(in, event);
        versions(in, event);
    }

    private static void registry(Fields in, DeviceEvent event) {
        acting(in, event);
        String target = in.text("TargetObject");
        boolean value = event.text(ACTION_TYPE).startsWith("RegistryValue");
        event.set(REGISTRY_KEY, value ? Fields.folder(target) : target)
                .set(REGISTRY_VALUE_NAME, value ? Fields.fileName(target) : null)
                .set(REGISTRY_VALUE_DATA, in.text("Details"))
                .setOther("RegistryValueType", valueType(in.text("Details")))
                .setOther("PreviousRegistryKey", event.text(ACTION_TYPE).equals("RegistryKeyRenamed") ? target : null);
        if (in.says("NewName")) {
            event.set(REGISTRY_KEY, in.text("NewName"));
        }
    }

    /// `DWORD (0x00000001)` → `Dword`; text has no type of its own there.
    private static String valueType(String details) {
        if (details == null) {
            return null;
        }
        if (details.startsWith("DWORD (")) {
            return "Dword";
        }
        if (details.startsWith("QWORD (")) {
            return "Qword";
        }
        return details.equals("Binary Data") ? "Binary" : "String";
    }

    private static void hashes(Fields in, DeviceEvent event) {
        String hashes = in.text("Hashes");
        if (hashes == null) {
            return;
        }
        for (String pair : hashes.split(",")) {
            int equals = pair.indexOf('=');
            String value = pair.substring(equals + 1).toLowerCase(Locale.ROOT);
            switch (pair.substring(0, Math.max(0, equals)).toUpperCase(Locale.ROOT)) {
                case "SHA1" -> event.set(SHA1, value);
                case "SHA256" -> event.set(SHA256, value);
                case "MD5" -> event.set(MD5, value);
                case "IMPHASH" -> event.setOther("Imphash", value);
                default -> {
                    // a kind no table has
                }
            }
        }
    }

    /// `User` is `DOMAIN\name`; where it is missing, the account of the log itself says nothing about the event.
    private static void account(Fields in, DeviceEvent event) {
        String user = in.text(in.has("SourceUser") ? "SourceUser" : "User");
        if (user != null) {
            int border = user.indexOf('\\');
            event.set(ACCOUNT_DOMAIN, border < 0 ? null : user.substring(0, border))
                    .set(ACCOUNT_NAME, user.substring(border + 1))
                    .set(ACCOUNT_SID, in.text("UserSid"));
        }
    }

    private static String beside(Fields in, int id) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : KEPT_BESIDE) {
            String value = in.text(name);
            if (value != null) {
                kept.put(name, value.replace("\0", ""));
            }
        }
        if (id == 17 || id == 18) {
            kept.put("EventType", id == 17 ? "CreatePipe" : "ConnectPipe");
        }
        return kept.isEmpty() ? null : kept.toString();
    }
}
