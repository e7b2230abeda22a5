package io.tocsin.alert.triage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.UUID;

/// The Alert entity in the order of the recordings (wire-facts §5, contract 10 §1).
@RegisterForReflection
public record AlertView(
        String id,
        Long incidentId,
        Long investigationId,
        String assignedTo,
        String severity,
        String status,
        String classification,
        String determination,
        String investigationState,
        String detectionSource,
        String detectorId,
        String category,
        String threatFamilyName,
        String title,
        String description,
        WireTime alertCreationTime,
        WireTime firstEventTime,
        WireTime lastEventTime,
        WireTime lastUpdateTime,
        WireTime resolvedTime,
        String machineId,
        String computerDnsName,
        String rbacGroupName,
        UUID aadTenantId,
        String threatName,
        List<String> mitreTechniques,
        RelatedUser relatedUser,
        List<LoggedOnUser> loggedOnUsers,
        List<Comment> comments,
        List<Evidence> evidence,
        List<Domain> domains) {

    /// @param userName the account
    /// @param domainName its domain
    @RegisterForReflection
    public record RelatedUser(String userName, String domainName) {}

    /// @param accountName the account
    /// @param domainName its domain
    @RegisterForReflection
    public record LoggedOnUser(String accountName, String domainName) {}

    /// @param comment what was said
    /// @param createdBy by whom
    /// @param createdTime when
    @RegisterForReflection
    public record Comment(String comment, String createdBy, WireTime createdTime) {}

    /// @param host a domain name
    @RegisterForReflection
    public record Domain(String host) {}

    AlertView with(List<Evidence> itsEvidence) {
        return new AlertView(
                id,
                incidentId,
                investigationId,
                assignedTo,
                severity,
                status,
                classification,
                determination,
                investigationState,
                detectionSource,
                detectorId,
                category,
                threatFamilyName,
                title,
                description,
                alertCreationTime,
                firstEventTime,
                lastEventTime,
                lastUpdateTime,
                resolvedTime,
                machineId,
                computerDnsName,
                rbacGroupName,
                aadTenantId,
                threatName,
                mitreTechniques,
                relatedUser,
                loggedOnUsers,
                comments,
                itsEvidence,
                domains);
    }
}
