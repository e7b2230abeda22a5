package io.tocsin.response.investigation;

import io.tocsin.response.devicegroup.AutomationLevel;

/// What an automation level makes of a verdict (contract 40 §5).
enum Automation {
    ACT,
    ASK,
    NOTHING;

    static Automation of(AutomationLevel level, Verdict.Kind verdict, Folder folder) {
        return switch (verdict) {
            case NoThreatsFound, NotExamined -> NOTHING;
            case Suspicious -> level == AutomationLevel.NoAutomatedResponse ? NOTHING : ASK;
            case Malicious ->
                switch (level) {
                    case NoAutomatedResponse -> NOTHING;
                    case SemiRequireApprovalForAllFolders -> ASK;
                    case SemiRequireApprovalForNonTempFolders -> folder == Folder.TEMP ? ACT : ASK;
                    case SemiRequireApprovalForCoreFolders ->
                        folder == Folder.CORE || folder == Folder.UNKNOWN ? ASK : ACT;
                    case FullRemediateThreatsAutomatically -> ACT;
                };
        };
    }

    /// The same of what acts on every machine at once: no folder counts, and the level alone decides for none but
    /// itself.
    ///
    /// @param onAll whether what the level would do at once may reach all machines without a person
    static Automation ofFleet(AutomationLevel level, Verdict.Kind verdict, boolean onAll) {
        if (verdict == Verdict.Kind.NoThreatsFound || level == AutomationLevel.NoAutomatedResponse) {
            return NOTHING;
        }
        return verdict == Verdict.Kind.Malicious && onAll ? ACT : ASK;
    }
}
