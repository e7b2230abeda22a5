package io.tocsin.alert.triage;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Classification and determination in their canonical spelling, whatever page the caller read (contract 10
/// §2): in any case, and as the portal displays them (`True positive`, `Informational, expected activity`).
public final class Verdicts {

    private static final Map<String, String> CLASSIFICATIONS =
            spellings("TruePositive", "InformationalExpectedActivity", "FalsePositive", "Unknown");

    private static final Map<String, String> DETERMINATIONS = spellings(
            "MultiStagedAttack",
            "MultistageAttack=MultiStagedAttack",
            "MaliciousUserActivity",
            "CompromisedUser",
            "CompromisedAccount=CompromisedUser",
            "Malware",
            "Phishing",
            "UnwantedSoftware",
            "Other",
            "SecurityTesting",
            "SecurityTest=SecurityTesting",
            "LineOfBusinessApplication",
            "ConfirmedUserActivity",
            "ConfirmedActivity=ConfirmedUserActivity",
            "Clean",
            "NotMalicious=Clean",
            "InsufficientData",
            "NoEnoughDataToValidate=InsufficientData",
            "NotEnoughDataToValidate=InsufficientData",
            "NotAvailable=");

    private Verdicts() {}

    /// Null stays null.
    ///
    /// @throws ProblemException 400 when it is none
    public static String classification(String text) {
        return canonical("classification", text, CLASSIFICATIONS);
    }

    /// Null stays null; `NotAvailable`, which means that there is none, is empty.
    ///
    /// @throws ProblemException 400 when it is none, or a retired one
    public static String determination(String text) {
        return canonical("determination", text, DETERMINATIONS);
    }

    private static String canonical(String property, String text, Map<String, String> spellings) {
        if (text == null) {
            return null;
        }
        String canonical = spellings.get(key(text));
        if (canonical == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + text + "' is not a " + property);
        }
        return canonical;
    }

    private static Map<String, String> spellings(String... rules) {
        var spellings = new TreeMap<String, String>();
        for (String rule : rules) {
            int equals = rule.indexOf('=');
            spellings.put(key(equals < 0 ? rule : rule.substring(0, equals)), rule.substring(equals + 1));
        }
        return spellings;
    }

    /// Displayed, the words stand apart: spaces, commas and hyphens say nothing.
    private static String key(String text) {
        return text.replaceAll("[ ,-]", "").toLowerCase(Locale.ROOT);
    }
}
