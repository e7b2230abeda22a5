package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// The Indicator entity in the order of the recordings (wire-facts §5, contract 50 §1); what no release of ours fills
/// yet is
/// `null`, as in the recordings.
@RegisterForReflection
public record IndicatorView(
        String id,
        String indicatorValue,
        String indicatorType,
        String action,
        String createdBy,
        String severity,
        int category,
        String application,
        String educateUrl,
        Integer bypassDurationHours,
        String title,
        String description,
        String recommendedActions,
        WireTime creationTimeDateTimeUtc,
        WireTime expirationTime,
        WireTime lastUpdateTime,
        String lastUpdatedBy,
        List<String> rbacGroupNames,
        List<String> rbacGroupIds,
        Integer notificationId,
        String notificationBody,
        String version,
        List<String> mitreTechniques,
        boolean historicalDetection,
        Integer lookBackPeriod,
        boolean generateAlert,
        String additionalInfo,
        String createdByDisplayName,
        String externalId,
        String createdBySource,
        Object certificateInfo) {

    static IndicatorView of(IndicatorEntity it) {
        return new IndicatorView(
                it.id.toString(),
                it.indicatorValue,
                it.indicatorType,
                it.action,
                it.createdBy,
                it.severity,
                it.category,
                it.application,
                it.educateUrl,
                it.bypassDurationHours,
                it.title,
                it.description,
                it.recommendedActions,
                it.creationTime,
                it.expirationTime,
                it.lastUpdateTime,
                it.lastUpdatedBy,
                it.rbacGroupNames,
                it.rbacGroupIds,
                null,
                null,
                null,
                it.mitreTechniques,
                false,
                null,
                it.generateAlert,
                null,
                it.createdByDisplayName,
                it.externalId,
                it.createdBySource,
                null);
    }
}
