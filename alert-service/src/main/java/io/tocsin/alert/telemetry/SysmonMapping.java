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

    private static final String CHANNEL = "Microsoft-Windows-Sysmon/Operational";
    private static final List<String> KEPT_BESIDE = List.of(
            "TargetImage",
            "TargetProcessGUID",
            "TargetProcessId",
            "GrantedAccess",
            "CallTrace",
            "PipeName",
            "Device",
            "QueryResults",
            "QueryStatus",
            "StartFunction",
            "Signed",
            "Signature",
            "SignatureStatus",
            "RuleName",
            "IntegrityLevel",
            "CurrentDirectory",
            "OriginalFileName",
            "LogonGuid",
            "Initiated",
            "IsExecutable");

    private SysmonMapping() {}

    /// Whether the line is a Windows event at all, of whichever channel.
    static boolean isWindowsEvent(Fields in) {
        return in.has("EventID") && in.has("Channel");
    }

    /// `Security/5156`, the kind an event is counted by when nothing is kept of it.
    static String kind(Fields in) {
        return in.text("Channel") + "/" + in.text("EventID");
    }

    /// The event without its machine, or null when its kind is not kept.
    ///
    /// @throws IllegalArgumentException naming what is missing or wrong
    static DeviceEvent map(Fields in) {
        Long id = in.number("EventID");
        if (id == null || !CHANNEL.equals(in.text("Channel"))) {
            return null;
        }
        DeviceEvent event = new DeviceEvent();
        switch (id.intValue()) {
            case 1 -> processCreated(in, kind(event, "DeviceProcessEvents", "ProcessCreated"));
            case 3 -> connection(in, kind(event, "DeviceNetworkEvents", connectionKind(in)));
            case 5 -> acting(in, kind(event, "DeviceEvents", "ProcessTerminated"));
            case 7 -> file(in, kind(event, "DeviceImageLoadEvents", "ImageLoaded"), "ImageLoaded");
            case 8 -> acting(in, kind(event, "DeviceEvents", "CreateRemoteThreadApiCall"));
            case 9 -> acting(in, kind(event, "DeviceEvents", "RawAccessRead"));
            case 10 -> acting(in, kind(event, "DeviceEvents", "OpenProcessApiCall"));
            case 11 -> file(in, kind(event, "DeviceFileEvents", "FileCreated"), "TargetFilename");
            case 12, 13, 14 -> registry(in, kind(event, "DeviceRegistryEvents", registryKind(in)));
            case 17, 18 -> acting(in, kind(event, "DeviceEvents", "NamedPipeEvent"));
            case 22 ->
                acting(in, kind(event, "DeviceEvents", "DnsQueryResponse").set(REMOTE_URL, host(in)));
            case 23, 26 -> file(in, kind(event, "DeviceFileEvents", "FileDeleted"), "TargetFilename");
            default -> {
                return null;
            }
        }
        account(in, event);
        return event.set(ADDITIONAL_FIELDS, beside(in));
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
    }

    private static void registry(Fields in, DeviceEvent event) {
        acting(in, event);
        String target = in.text("TargetObject");
        boolean value = event.text(ACTION_TYPE).startsWith("RegistryValue");
        event.set(REGISTRY_KEY, value ? Fields.folder(target) : target)
                .set(REGISTRY_VALUE_NAME, value ? Fields.fileName(target) : null)
                .set(REGISTRY_VALUE_DATA, in.text("Details"));
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
                default -> {
                    // IMPHASH identifies imports, not the file
                }
            }
        }
    }

    /// `User` is `DOMAIN\name`; where it is missing, the account of the log itself says nothing about the event.
    private static void account(Fields in, DeviceEvent event) {
        String user = in.text("User");
        if (user != null) {
            int border = user.indexOf('\\');
            event.set(ACCOUNT_DOMAIN, border < 0 ? null : user.substring(0, border))
                    .set(ACCOUNT_NAME, user.substring(border + 1))
                    .set(ACCOUNT_SID, in.text("UserSid"));
        }
    }

    private static String beside(Fields in) {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (String name : KEPT_BESIDE) {
            String value = in.text(name);
            if (value != null) {
                kept.put(name, value.replace("\0", ""));
            }
        }
        return kept.isEmpty() ? null : kept.toString();
    }
}
