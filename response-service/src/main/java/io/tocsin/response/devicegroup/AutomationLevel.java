package io.tocsin.response.devicegroup;

/// How far an investigation on a group's machines goes by itself (contract 40 §5).
public enum AutomationLevel {
    NoAutomatedResponse,
    SemiRequireApprovalForAllFolders,
    SemiRequireApprovalForNonTempFolders,
    SemiRequireApprovalForCoreFolders,
    FullRemediateThreatsAutomatically
}
