package io.tocsin.alert.triage;

import java.util.List;

/// The values a filter may compare `detectionSource` with (edmx-facts, DetectionSource), whether we write them or not.
final class DetectionSources {

    static final List<String> NAMES = List.of(
            "Unknown",
            "WindowsDefenderAtp",
            "WindowsDefenderAv",
            "WindowsDefenderSmartScreen",
            "iSight",
            "Bitdefender",
            "CustomerTI",
            "Ziften",
            "Lookout",
            "SentinelOne",
            "ThirdPartySensors",
            "OfficeATP",
            "AutomatedInvestigation",
            "ThreatExperts",
            "CustomDetection",
            "AzureATP",
            "MCAS",
            "MTP",
            "AAD",
            "MAPG",
            "Manual",
            "DLP",
            "AppGPolicy",
            "AppGDetection",
            "MDC",
            "Compliance",
            "Forms",
            "MailFlow",
            "MSTIC",
            "Unspecified",
            "Sentinel",
            "All",
            "ThirdParty",
            "DefenderForIoT",
            "DefenderForServers",
            "DefenderForStorage",
            "DefenderForDNS",
            "DefenderForDatabases",
            "DefenderForContainers",
            "DefenderForNetwork",
            "DefenderForAppService",
            "DefenderForKeyVault",
            "DefenderForResourceManager",
            "DefenderForApiManagement",
            "NRTAlerts",
            "ScheduledAlerts",
            "MicrosoftDefenderThreatIntelligenceAnalytics",
            "BuiltInML",
            "MicrosoftInsiderRiskManagement",
            "Nsn",
            "DefenderForAIServices",
            "SecurityCopilot");

    private DetectionSources() {}
}
