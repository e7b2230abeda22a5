package io.tocsin.alert.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A stored event as a row of its hunting table (contract 70 §3): the columns we keep, under their names there, null
/// when the event has none. What has no column of its own is in `other_columns` under that name already.
final class HuntingRow {

    static final String CATEGORY = "AdvancedHunting-";

    private static final String FILE = "FileName=file_name,FolderPath=folder_path,SHA1=sha1,SHA256=sha256,MD5=md5";
    private static final String ACCOUNT =
            "AccountDomain=account_domain,AccountName=account_name,AccountSid=account_sid";
    private static final String INITIATING_ACCOUNT =
            "InitiatingProcessAccountDomain=account_domain,InitiatingProcessAccountName=account_name,"
                    + "InitiatingProcessAccountSid=account_sid";
    private static final String REMOTE = "RemoteIP=remote_ip,RemotePort=remote_port";
    private static final String NETWORK =
            REMOTE + ",RemoteUrl=remote_url,LocalIP=local_ip,LocalPort=local_port,Protocol=protocol";
    private static final String PROCESS =
            "ProcessId=process_id,ProcessCommandLine=command_line,ProcessCreationTime=process_creation_ticks";
    private static final String REGISTRY =
            "RegistryKey=registry_key,RegistryValueName=registry_value_name,RegistryValueData=registry_value_data";
    private static final String ADDITIONAL = "AdditionalFields=additional_fields";

    private static final String DEVICE = "Timestamp=event_ticks,DeviceId=machine_id,DeviceName=device_name";
    private static final String FIRST = DEVICE + ",ActionType=action_type";
    private static final String REPORT = "ReportId=report_id";
    private static final String LAST = "InitiatingProcessSHA1=initiating_process_sha1,"
            + "InitiatingProcessSHA256=initiating_process_sha256,"
            + "InitiatingProcessFileName=initiating_process_file_name,"
            + "InitiatingProcessId=initiating_process_id,"
            + "InitiatingProcessCommandLine=initiating_process_command_line,"
            + "InitiatingProcessCreationTime=initiating_process_creation_ticks,"
            + "InitiatingProcessFolderPath=initiating_process_folder_path,ReportId=report_id";

    /// A name without a column is in `other_columns`.
    private static final Map<String, Map<String, String>> COLUMNS = Map.of(
            "DeviceInfo",
                    of(
                            DEVICE,
                            "ClientVersion,PublicIP,OSArchitecture,OSPlatform,OSBuild,IsAzureADJoined,JoinType,AadDeviceId",
                            "LoggedOnUsers,RegistryDeviceTag,OSVersion,MachineGroup",
                            REPORT,
                            "OnboardingStatus",
                            ADDITIONAL,
                            "DeviceCategory,DeviceType,DeviceSubtype,Model,Vendor,OSDistribution,OSVersionInfo",
                            "MergedDeviceIds,MergedToDeviceId,IsInternetFacing,SensorHealthState,IsExcluded",
                            "ExclusionReason,ExposureLevel,AssetValue,DeviceManualTags,DeviceDynamicTags",
                            "ConnectivityType,HostDeviceId"),
            "DeviceNetworkInfo",
                    of(
                            DEVICE,
                            "NetworkAdapterName,MacAddress,NetworkAdapterType,NetworkAdapterStatus,TunnelType",
                            "ConnectedNetworks,DnsAddresses,IPv4Dhcp,IPv6Dhcp,DefaultGateways,IPAddresses",
                            REPORT,
                            "NetworkAdapterVendor"),
            "DeviceFileCertificateInfo",
                    of(
                            DEVICE,
                            "SHA1=sha1,IsSigned,SignatureType,Signer,SignerHash,Issuer,IssuerHash",
                            "CertificateSerialNumber,CrlDistributionPointUrls,CertificateCreationTime",
                            "CertificateExpirationTime,CertificateCountersignatureTime,IsTrusted",
                            "IsRootSignerMicrosoft",
                            REPORT),
            "DeviceProcessEvents", columns(FILE, PROCESS, ACCOUNT, LAST, ADDITIONAL),
            "DeviceNetworkEvents", columns(NETWORK, INITIATING_ACCOUNT, LAST, ADDITIONAL),
            "DeviceFileEvents", columns(FILE, INITIATING_ACCOUNT, LAST, ADDITIONAL),
            "DeviceRegistryEvents", columns(REGISTRY, INITIATING_ACCOUNT, LAST),
            "DeviceLogonEvents", columns(ACCOUNT, "Protocol=protocol", REMOTE, LAST, ADDITIONAL),
            "DeviceImageLoadEvents", columns(FILE, INITIATING_ACCOUNT, LAST),
            "DeviceEvents",
                    columns(
                            FILE,
                            ACCOUNT,
                            PROCESS,
                            REGISTRY,
                            NETWORK.replace(",Protocol=protocol", ""),
                            LAST,
                            ADDITIONAL));

    /// The tables of events.
    static final List<String> TABLES = COLUMNS.keySet().stream().sorted().toList();

    private HuntingRow() {}

    private static Map<String, String> columns(String... parts) {
        return of(FIRST, String.join(",", parts));
    }

    private static Map<String, String> of(String... parts) {
        var columns = new LinkedHashMap<String, String>();
        for (String pair : String.join(",", parts).split(",")) {
            String[] names = pair.split("=");
            columns.put(names[0], names.length == 1 ? "" : names[1]);
        }
        return columns;
    }

    /// @param event the stored row, by its columns
    /// @param group of its machine, or null; a column of streamed rows alone (contract 90 §3)
    static ObjectNode of(String table, ObjectNode event, String group) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        COLUMNS.getOrDefault(table, COLUMNS.get("DeviceEvents"))
                .forEach((name, column) -> row.set(
                        name,
                        column.isEmpty()
                                ? value(column, event.path("other_columns").path(name))
                                : value(column, event.path(column))));
        event.path("other_columns")
                .propertyStream()
                .forEach(other -> row.putIfAbsent(other.getKey(), other.getValue()));
        return row.put("MachineGroup", group);
    }

    private static JsonNode value(String column, JsonNode stored) {
        if (stored.isMissingNode() || stored.isNull()) {
            return JsonNodeFactory.instance.nullNode();
        }
        if (column.endsWith("_ticks")) {
            return JsonNodeFactory.instance.textNode(new WireTime(stored.longValue()).toString());
        }
        return stored;
    }
}
