package io.tocsin.alert.incident;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A machine inside an incident's alert (contract 95 §1; order as `MtpDevice` of edmx-facts, `rbacGroupId` as the
/// samples have it).
///
/// @param mdatpDeviceId the machine id, 40 hex digits
@RegisterForReflection
public record IncidentDeviceView(
        String mdatpDeviceId,
        String aadDeviceId,
        String deviceDnsName,
        String osPlatform,
        String version,
        String osProcessor,
        Long osBuild,
        String healthStatus,
        String riskScore,
        String rbacGroupName,
        Long rbacGroupId,
        WireTime firstSeen,
        List<String> tags,
        Object vmMetadata,
        String onboardingStatus,
        List<Object> loggedOnUsers) {}
