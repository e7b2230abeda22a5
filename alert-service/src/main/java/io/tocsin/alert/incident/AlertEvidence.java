package io.tocsin.alert.incident;

import io.tocsin.wire.WireTime;

/// One entity of an alert as it is stored (contract 10 §1.1); null where it does not apply to the type.
public record AlertEvidence(
        String alertId,
        String entityType,
        WireTime evidenceCreationTime,
        String sha1,
        String sha256,
        String fileName,
        String filePath,
        Long processId,
        String processCommandLine,
        WireTime processCreationTime,
        Long parentProcessId,
        WireTime parentProcessCreationTime,
        String parentProcessFileName,
        String parentProcessFilePath,
        String ipAddress,
        String url,
        String registryKey,
        String registryHive,
        String registryValueType,
        String registryValue,
        String accountName,
        String domainName,
        String userSid,
        String aadUserId,
        String userPrincipalName,
        String detectionStatus) {

    /// How many characters it holds where that may be many.
    public int length() {
        return length(fileName)
                + length(filePath)
                + length(processCommandLine)
                + length(parentProcessFileName)
                + length(parentProcessFilePath)
                + length(url)
                + length(registryKey)
                + length(registryValue)
                + length(accountName)
                + length(domainName)
                + length(userPrincipalName);
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
