package io.tocsin.alert.entity;

import java.util.Map;
import java.util.UUID;

/// The part of an event that statistics look at.
///
/// @param besides further columns by their names in the hunting tables or in Sysmon; none is null
record SightedEvent(
        UUID tenant,
        String machineId,
        long ticks,
        String table,
        String action,
        String fileName,
        String folder,
        String sha1,
        String sha256,
        String md5,
        String initiatingFileName,
        String initiatingFolder,
        String initiatingSha1,
        String initiatingSha256,
        String accountDomain,
        String accountName,
        String accountSid,
        String remoteIp,
        String remoteUrl,
        Map<String, String> besides) {}
