package io.tocsin.response.machine;

import io.tocsin.wire.WireTime;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// A row of `machine`, for reading.
@Entity
@Immutable
@Table(name = "machine")
@IdClass(MachineEntity.Key.class)
class MachineEntity {

    /// Named one by one: a `*` would change under a statement that is prepared already when a column is added.
    static final String COLUMNS = """
            tenant_id, id, merged_into_machine_id, is_potential_duplication, is_excluded, exclusion_reason,
            computer_dns_name, first_seen_ticks, last_seen_ticks, os_platform, os_processor, version,
            last_ip_address, last_external_ip_address, agent_version, os_build, health_status, device_value,
            rbac_group_id, rbac_group_name, group_generation, risk_score, exposure_level, is_aad_joined,
            aad_device_id, machine_tags, onboarding_status, os_architecture, managed_by, managed_by_status,
            ip_addresses
            """;

    record Key(UUID tenantId, String id) implements Serializable {}

    @Id
    @Column(name = "tenant_id")
    UUID tenantId;

    @Id
    String id;

    @Column(name = "merged_into_machine_id")
    String mergedIntoMachineId;

    @Column(name = "is_potential_duplication")
    boolean potentialDuplication;

    @Column(name = "is_excluded")
    boolean excluded;

    @Column(name = "exclusion_reason")
    String exclusionReason;

    @Column(name = "computer_dns_name")
    String computerDnsName;

    @Column(name = "first_seen_ticks")
    WireTime firstSeen;

    @Column(name = "last_seen_ticks")
    WireTime lastSeen;

    @Column(name = "os_platform")
    String osPlatform;

    @Column(name = "os_processor")
    String osProcessor;

    String version;

    @Column(name = "last_ip_address")
    String lastIpAddress;

    @Column(name = "last_external_ip_address")
    String lastExternalIpAddress;

    @Column(name = "agent_version")
    String agentVersion;

    @Column(name = "os_build")
    Long osBuild;

    @Column(name = "health_status")
    String healthStatus;

    @Column(name = "device_value")
    String deviceValue;

    @Column(name = "rbac_group_id")
    int rbacGroupId;

    @Column(name = "rbac_group_name")
    String rbacGroupName;

    @Column(name = "group_generation")
    long groupGeneration;

    @Column(name = "risk_score")
    String riskScore;

    @Column(name = "exposure_level")
    String exposureLevel;

    @Column(name = "is_aad_joined")
    Boolean aadJoined;

    @Column(name = "aad_device_id")
    UUID aadDeviceId;

    @Column(name = "machine_tags")
    @JdbcTypeCode(SqlTypes.ARRAY)
    List<String> machineTags;

    @Column(name = "onboarding_status")
    String onboardingStatus;

    @Column(name = "os_architecture")
    String osArchitecture;

    @Column(name = "managed_by")
    String managedBy;

    @Column(name = "managed_by_status")
    String managedByStatus;

    @Column(name = "ip_addresses")
    @JdbcTypeCode(SqlTypes.JSON)
    String ipAddresses;
}
