package io.tocsin.alert.triage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.process.FilePath;
import io.tocsin.wire.WireTime;

/// One entity of an alert, in the wire's order; every member is there, `null` where it does not apply (contract
/// 10 §1.1).
@RegisterForReflection
public record Evidence(
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
        String registryValueName,
        String accountName,
        String domainName,
        String userSid,
        String aadUserId,
        String userPrincipalName,
        String detectionStatus) {

    /// How many characters its texts have together.
    public int length() {
        return length(sha1)
                + length(sha256)
                + length(fileName)
                + length(filePath)
                + length(processCommandLine)
                + length(parentProcessFileName)
                + length(parentProcessFilePath)
                + length(ipAddress)
                + length(url)
                + length(registryKey)
                + length(registryHive)
                + length(registryValueType)
                + length(registryValue)
                + length(registryValueName)
                + length(accountName)
                + length(domainName)
                + length(userSid)
                + length(aadUserId)
                + length(userPrincipalName);
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }

    /// The same entity as of another moment.
    public Evidence at(WireTime time) {
        return new Evidence(
                entityType,
                time,
                sha1,
                sha256,
                fileName,
                filePath,
                processId,
                processCommandLine,
                processCreationTime,
                parentProcessId,
                parentProcessCreationTime,
                parentProcessFileName,
                parentProcessFilePath,
                ipAddress,
                url,
                registryKey,
                registryHive,
                registryValueType,
                registryValue,
                registryValueName,
                accountName,
                domainName,
                userSid,
                aadUserId,
                userPrincipalName,
                detectionStatus);
    }

    /// What it speaks of, whenever it was seen: the same of two entities that are the same.
    public Evidence entity() {
        return evidenceCreationTime == null ? this : at(null);
    }

    /// An address.
    public static Evidence ip(String address) {
        return new Evidence(
                "Ip", null, null, null, null, null, null, null, null, null, null, null, null, address, null, null, null,
                null, null, null, null, null, null, null, null, null);
    }

    /// A URL or a host name.
    public static Evidence url(String url) {
        return new Evidence(
                "Url", null, null, null, null, null, null, null, null, null, null, null, null, null, url, null, null,
                null, null, null, null, null, null, null, null, null);
    }

    /// A file of telemetry.
    ///
    /// @param folder as an event has it, with or without the name
    public static Evidence file(String sha1, String sha256, String name, String folder) {
        return new Evidence(
                "File",
                null,
                sha1,
                sha256,
                name,
                FilePath.folder(folder, name),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "Detected");
    }

    /// An account.
    public static Evidence user(String account, String domain, String sid) {
        return new Evidence(
                "User", null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, account, domain, sid, null, null, null);
    }

    /// A process of telemetry.
    ///
    /// @param folder as an event has it, with or without the name
    public static Evidence process(
            String sha1, String sha256, String name, String folder, Long id, String commandLine, WireTime created) {
        return new Evidence(
                "Process",
                null,
                sha1,
                sha256,
                name,
                FilePath.folder(folder, name),
                id,
                commandLine,
                created,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                "Detected");
    }
}
