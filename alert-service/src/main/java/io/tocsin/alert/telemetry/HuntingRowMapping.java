package io.tocsin.alert.telemetry;

import static io.tocsin.alert.telemetry.Column.*;

import io.tocsin.wire.WireTime;
import java.util.Map;
import java.util.Set;

/// Rows of the Device tables, as the real service streams them or as a hunting query gives them (contract 70 §3, 90).
final class HuntingRowMapping {

    private static final String CATEGORY = "AdvancedHunting-";
    private static final Set<String> KEPT = Set.of(
            "DeviceProcessEvents",
            "DeviceNetworkEvents",
            "DeviceFileEvents",
            "DeviceRegistryEvents",
            "DeviceLogonEvents",
            "DeviceImageLoadEvents",
            "DeviceEvents");
    private static final Map<String, String> TABLE_OF_ACTION = Map.of(
            "ProcessCreated", "DeviceProcessEvents",
            "ConnectionSuccess", "DeviceNetworkEvents",
            "ConnectionFailed", "DeviceNetworkEvents",
            "InboundConnectionAccepted", "DeviceNetworkEvents",
            "FileCreated", "DeviceFileEvents",
            "FileModified", "DeviceFileEvents",
            "FileDeleted", "DeviceFileEvents",
            "ImageLoaded", "DeviceImageLoadEvents",
            "RegistryValueSet", "DeviceRegistryEvents",
            "LogonSuccess", "DeviceLogonEvents");

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
        return row.has("DeviceId") ? "rows without an action" : null; // DeviceInfo, DeviceNetworkInfo, …
    }

    /// The event without its machine, or null when its table is not kept.
    ///
    /// @throws IllegalArgumentException naming what is missing or wrong
    static DeviceEvent map(String table, Fields in) {
        if (!KEPT.contains(table)) {
            return null;
        }
        String action = in.text("ActionType");
        var event = new DeviceEvent().set(TABLE_NAME, table).set(ACTION_TYPE, action == null ? "Unknown" : action);
        Long initiating = in.number("InitiatingProcessId");
        WireTime initiatingCreated = in.time("InitiatingProcessCreationTime");
        String initiatingKey = ProcessKey.of(initiating, initiatingCreated);
        if (table.equals("DeviceProcessEvents")) {
            event.set(PROCESS_KEY, ProcessKey.of(in.number("ProcessId"), created(in)))
                    .set(PARENT_PROCESS_KEY, initiatingKey)
                    .set(COMMAND_LINE, in.text("ProcessCommandLine"));
        } else {
            event.set(PROCESS_KEY, initiatingKey);
        }
        event.set(PROCESS_ID, in.number("ProcessId")).set(PROCESS_CREATION_TICKS, in.time("ProcessCreationTime"));
        event.set(INITIATING_PROCESS_ID, initiating)
                .set(INITIATING_PROCESS_CREATION_TICKS, initiatingCreated)
                .set(INITIATING_PROCESS_FILE_NAME, in.text("InitiatingProcessFileName"))
                .set(INITIATING_PROCESS_FOLDER_PATH, in.text("InitiatingProcessFolderPath"))
                .set(INITIATING_PROCESS_COMMAND_LINE, in.text("InitiatingProcessCommandLine"))
                .set(INITIATING_PROCESS_SHA1, in.lower("InitiatingProcessSHA1"))
                .set(INITIATING_PROCESS_SHA256, in.lower("InitiatingProcessSHA256"));
        event.set(FILE_NAME, in.text("FileName"))
                .set(FOLDER_PATH, in.text("FolderPath"))
                .set(SHA1, in.lower("SHA1"))
                .set(SHA256, in.lower("SHA256"))
                .set(MD5, in.lower("MD5"));
        boolean own = in.text("AccountName") != null;
        event.set(ACCOUNT_DOMAIN, in.text(own ? "AccountDomain" : "InitiatingProcessAccountDomain"))
                .set(ACCOUNT_NAME, in.text(own ? "AccountName" : "InitiatingProcessAccountName"))
                .set(ACCOUNT_SID, in.text(own ? "AccountSid" : "InitiatingProcessAccountSid"));
        event.set(REMOTE_IP, in.lower("RemoteIP"))
                .set(REMOTE_PORT, in.port("RemotePort"))
                .set(REMOTE_URL, in.lower("RemoteUrl"))
                .set(LOCAL_IP, in.lower("LocalIP"))
                .set(LOCAL_PORT, in.port("LocalPort"))
                .set(PROTOCOL, in.lower("Protocol"));
        return event.set(REGISTRY_KEY, in.text("RegistryKey"))
                .set(REGISTRY_VALUE_NAME, in.text("RegistryValueName"))
                .set(REGISTRY_VALUE_DATA, in.text("RegistryValueData"))
                .set(ADDITIONAL_FIELDS, additional(in));
    }

    private static WireTime created(Fields in) {
        WireTime created = in.time("ProcessCreationTime");
        return created == null ? in.time("Timestamp") : created;
    }

    /// JSON already, as an object or as text; text that is none is kept as a JSON string.
    private static String additional(Fields in) {
        String name = in.has("AdditionalFields") ? "AdditionalFields" : "AdditionalFields_string";
        String text = in.text(name);
        if (text == null) {
            return null;
        }
        return Json.stored(text);
    }
}
