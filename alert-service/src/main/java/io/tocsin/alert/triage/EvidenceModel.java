package io.tocsin.alert.triage;

import io.tocsin.odata.EntityModel;
import java.util.List;

/// What a filter may ask of an alert's entities: `evidence/any(e: e/sha256 eq '…')`.
final class EvidenceModel {

    static final String OF_ALERT =
            "alert_evidence as element where element.tenant_id = alert.tenant_id and element.alert_id = alert.id";

    static final EntityModel MODEL = EntityModel.named("evidence")
            .enumeration(
                    "entityType", "element.entity_type", List.of("User", "Process", "File", "Ip", "Url", "Registry"))
            .time("evidenceCreationTime", "element.evidence_creation_ticks")
            .string("sha1", "element.sha1")
            .string("sha256", "element.sha256")
            .string("fileName", "element.file_name")
            .string("filePath", "element.file_path")
            .longNumber("processId", "element.process_id")
            .string("processCommandLine", "element.process_command_line")
            .time("processCreationTime", "element.process_creation_ticks")
            .longNumber("parentProcessId", "element.parent_process_id")
            .time("parentProcessCreationTime", "element.parent_process_creation_ticks")
            .string("parentProcessFileName", "element.parent_process_file_name")
            .string("parentProcessFilePath", "element.parent_process_file_path")
            .string("ipAddress", "element.ip_address")
            .string("url", "element.url")
            .string("registryKey", "element.registry_key")
            .string("registryHive", "element.registry_hive")
            .string("registryValueType", "element.registry_value_type")
            .string("registryValue", "element.registry_value")
            .string("registryValueName", "element.registry_value_name")
            .string("accountName", "element.account_name")
            .string("domainName", "element.domain_name")
            .string("userSid", "element.user_sid")
            .string("aadUserId", "element.aad_user_id")
            .string("userPrincipalName", "element.user_principal_name")
            .string("detectionStatus", "element.detection_status")
            .defaultOrder("element.position")
            .build();

    private EvidenceModel() {}
}
