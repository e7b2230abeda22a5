package io.tocsin.alert.telemetry;

import static io.tocsin.alert.telemetry.Column.*;

import io.tocsin.wire.WireTime;
import java.util.Map;
import java.util.Set;

/// Rows of the Device tables, as the real service streams them or as a hunting query gives them (contract 70 §3, 90).
final class HuntingRowMapping {

    private static final String CATEGORY = "AdvancedHunting-";

    /// What stands for the action of a table that has none: the machine told how it is.
    private static final String REPORT = "Report";

    private static final Set<String> WITH_ACTION = Set.of(
            "DeviceProcessEvents",
            "DeviceNetworkEvents",
            "DeviceFileEvents",
            "DeviceRegistryEvents",
            "DeviceLogonEvents",
            "DeviceImageLoadEvents",
            "DeviceEvents");
    private static final Set<String> WITHOUT_ACTION =
            Set.of("DeviceInfo", "DeviceNetworkInfo", "DeviceFileCertificateInfo");
    private static final Map<String, String> TABLE_OF_ACTION = Map.ofEntries(
            Map.entry("ProcessCreated", "DeviceProcessEvents"),
            Map.entry("ConnectionSuccess", "DeviceNetworkEvents"),
            Map.entry("ConnectionFailed", "DeviceNetworkEvents"),
            Map.entry("ConnectionAttempt", "DeviceNetworkEvents"),
            Map.entry("ConnectionRequest", "DeviceNetworkEvents"),
            Map.entry("ConnectionFound", "DeviceNetworkEvents"),
            Map.entry("InboundConnectionAccepted", "DeviceNetworkEvents"),
            Map.entry("ListeningConnectionCreated", "DeviceNetworkEvents"),
            Map.entry("FileCreated", "DeviceFileEvents"),
            Map.entry("FileModified", "DeviceFileEvents"),
            Map.entry("FileDeleted", "DeviceFileEvents"),
            Map.entry("FileRenamed", "DeviceFileEvents"),
            Map.entry("ImageLoaded", "DeviceImageLoadEvents"),
            Map.entry("RegistryValueSet", "DeviceRegistryEvents"),
            Map.entry("RegistryValueDeleted", "DeviceRegistryEvents"),
            Map.entry("RegistryKeyCreated", "DeviceRegistryEvents"),
            Map.entry("RegistryKeyDeleted", "DeviceRegistryEvents"),
            Map.entry("RegistryKeyRenamed", "DeviceRegistryEvents"),
            Map.entry("LogonSuccess", "DeviceLogonEvents"),
            Map.entry("LogonFailed", "DeviceLogonEvents"),
            Map.entry("LogonAttempted", "DeviceLogonEvents"));

    /// Members that have a column of their own, or name the row; every other one is kept beside.
    private static final Set<String> MAPPED = Set.of(
            "Timestamp",
            "DeviceId",
            "DeviceName",
            "ReportId",
            "ReportId_long",
            "ReportId_string",
            "ActionType",
            "AdditionalFields",
            "AdditionalFields_string",
            "AdditionalFields_dynamic",
            "ProcessId",
            "ProcessCreationTime",
            "ProcessCommandLine",
            "InitiatingProcessId",
            "InitiatingProcessCreationTime",
            "InitiatingProcessFileName",
            "InitiatingProcessFolderPath",
            "InitiatingProcessCommandLine",
            "InitiatingProcessSHA1",
            "InitiatingProcessSHA256",
            "FileName",
            "FolderPath",
            "SHA1",
            "SHA256",
            "MD5",
            "AccountDomain",
            "AccountName",
            "AccountSid",
            "RemoteIP",
            "RemotePort",
            "RemoteUrl",
            "LocalIP",
            "LocalPort",
            "Protocol",
            "RegistryKey",
            "RegistryValueName",
            "RegistryValueData");

    private HuntingRowMapping() {}

    /// The table a streamed record's category names, or the one a bare row suggests; null when it is no row at all.
    static String table(String category, Fields row) {
        if (category != null && category.startsWith(CATEGORY)) {
            return category.substring(CATEGORY.length());
        }
        if (!row.has("Timestamp")) {
            return null;
        }
        if (row.has("ActionType")) {
            String action = row.text("ActionType");
            return !row.has("DeviceId")
                    ? "rows without a device" // identity, mail and cloud tables name none
                    : TABLE_OF_ACTION.getOrDefault(action == null ? "" : action, "DeviceEvents");
        }
        if (row.has("AlertId")) {
            return row.has("EntityType") ? "AlertEvidence" : "AlertInfo";
        }
        return row.has("DeviceId") ? withoutAction(row) : null;
    }

    private static String withoutAction(Fields row) {
        if (row.has("NetworkAdapterName") || row.has("MacAddress")) {
            return "DeviceNetworkInfo";
        }
        if (row.has("IsSigned") || row.has("SignatureType")) {
            return "DeviceFileCertificateInfo";
        }
        return row.has("OSPlatform") || row.has("OnboardingStatus") ? "DeviceInfo" : "rows without an action";
    }

    /// The event without its machine, or null when its table is not kept.
    ///
    /// @throws IllegalArgumentException naming what is missing or wrong
    static DeviceEvent map(String table, Fields in) {
        if (WITHOUT_ACTION.contains(table)) {
            // A heartbeat without a device says nothing about anything.
            return in.says("DeviceName") ? report(table, in) : null;
        }
        if (!WITH_ACTION.contains(table)) {
            return null;
        }
        String action = in.text("ActionType");
        var event = new DeviceEvent().set(TABLE_NAME, table).set(ACTION_TYPE, action == null ? "Unknown" : action);
        processes(table, in, event);
        file(in, event);
        boolean own = in.text("AccountName") != null;
        event.set(ACCOUNT_DOMAIN, in.text(own ? "AccountDomain" : "InitiatingProcessAccountDomain"))
                .set(ACCOUNT_NAME, in.text(own ? "AccountName" : "InitiatingProcessAccountName"))
                .set(ACCOUNT_SID, in.text(own ? "AccountSid" : "InitiatingProcessAccountSid"));
        event.set(REMOTE_IP, in.lower("RemoteIP"))
                .set(REMOTE_PORT, in.port("RemotePort"))
                .set(REMOTE_URL, in.lower("RemoteUrl"))
                .set(LOCAL_IP, in.lower("LocalIP"))
                .set(LOCAL_PORT, in.port("LocalPort"))
                .set(PROTOCOL, in.lower("Protocol"))
                .set(REGISTRY_KEY, in.text("RegistryKey"))
                .set(REGISTRY_VALUE_NAME, in.text("RegistryValueName"))
                .set(REGISTRY_VALUE_DATA, in.text("RegistryValueData"))
                .set(ADDITIONAL_FIELDS, additional(in));
        return others(in, event);
    }

    private static DeviceEvent report(String table, Fields in) {
        var event = new DeviceEvent().set(TABLE_NAME, table).set(ACTION_TYPE, REPORT);
        event.set(SHA1, in.lower("SHA1")).set(ADDITIONAL_FIELDS, additional(in));
        return others(in, event);
    }

    private static void processes(String table, Fields in, DeviceEvent event) {
        Long initiating = in.number("InitiatingProcessId");
        WireTime initiatingCreated = in.time("InitiatingProcessCreationTime");
        String initiatingKey = ProcessKey.of(initiating, initiatingCreated);
        if (table.equals("DeviceProcessEvents")) {
            event.set(PROCESS_KEY, ProcessKey.of(in.number("ProcessId"), created(in)))
                    .set(PARENT_PROCESS_KEY, initiatingKey)
                    .set(COMMAND_LINE, in.text("ProcessCommandLine"));
        } else {
            event.set(PROCESS_KEY, initiatingKey).setOther("ProcessCommandLine", in.text("ProcessCommandLine"));
        }
        event.set(PROCESS_ID, in.number("ProcessId"))
                .set(PROCESS_CREATION_TICKS, in.time("ProcessCreationTime"))
                .set(INITIATING_PROCESS_ID, initiating)
                .set(INITIATING_PROCESS_CREATION_TICKS, initiatingCreated)
                .set(INITIATING_PROCESS_FILE_NAME, in.text("InitiatingProcessFileName"))
                .set(INITIATING_PROCESS_FOLDER_PATH, in.text("InitiatingProcessFolderPath"))
                .set(INITIATING_PROCESS_COMMAND_LINE, in.text("InitiatingProcessCommandLine"))
                .set(INITIATING_PROCESS_SHA1, in.lower("InitiatingProcessSHA1"))
                .set(INITIATING_PROCESS_SHA256, in.lower("InitiatingProcessSHA256"));
    }

    private static void file(Fields in, DeviceEvent event) {
        event.set(FILE_NAME, in.text("FileName"))
                .set(FOLDER_PATH, in.text("FolderPath"))
                .set(SHA1, in.lower("SHA1"))
                .set(SHA256, in.lower("SHA256"))
                .set(MD5, in.lower("MD5"));
    }

    private static DeviceEvent others(Fields in, DeviceEvent event) {
        for (String name : in.names()) {
            if (!MAPPED.contains(name) && in.says(name)) {
                event.setOther(name, in.json().get(name));
            }
        }
        return event;
    }

    private static WireTime created(Fields in) {
        WireTime created = in.time("ProcessCreationTime");
        return created == null ? in.time("Timestamp") : created;
    }

    /// JSON already, as an object or as text; text that is none is kept as a JSON string.
    private static String additional(Fields in) {
        for (String name : new String[] {"AdditionalFields", "AdditionalFields_string", "AdditionalFields_dynamic"}) {
            String text = in.text(name);
            if (text != null) {
                return Json.stored(text);
            }
        }
        return null;
    }
}
