package io.tocsin.response.investigation;

import io.tocsin.response.devicegroup.AutomationLevel;

/// What an automation level makes of a verdict (contract 40 §5).
enum Automation {
    ACT,
    ASK,
    NOTHING;

    static Automation of(AutomationLevel level, Verdict.Kind verdict, Folder folder) {
        return switch (verdict) {
            case NoThreatsFound -> NOTHING;
            case Suspicious -> level == AutomationLevel.NoAutomatedResponse ? NOTHING : ASK;
            case Malicious ->
                switch (level) {
                    case NoAutomatedResponse -> NOTHING;
                    case SemiRequireApprovalForAllFolders -> ASK;
                    case SemiRequireApprovalForNonTempFolders -> folder == Folder.TEMP ? ACT : ASK;
                    case SemiRequireApprovalForCoreFolders -> folder == Folder.CORE ? ASK : ACT;
                    case FullRemediateThreatsAutomatically -> ACT;
                };
        };
    }
}
