package io.tocsin.alert.triage;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Classification and determination in their canonical spelling, whatever page the caller read (contract 10 §2).
final class Verdicts {

    private static final Map<String, String> CLASSIFICATIONS = spellings(
            "TruePositive",
            "InformationalExpectedActivity",
            "FalsePositive",
            "Unknown",
            "Informational, expected activity=InformationalExpectedActivity");

    private static final Map<String, String> DETERMINATIONS = spellings(
            "MultiStagedAttack",
            "MaliciousUserActivity",
            "CompromisedUser",
            "CompromisedAccount=CompromisedUser",
            "Malware",
            "Phishing",
            "UnwantedSoftware",
            "Other",
            "SecurityTesting",
            "LineOfBusinessApplication",
            "ConfirmedUserActivity",
            "ConfirmedActivity=ConfirmedUserActivity",
            "Clean",
            "NotMalicious=Clean",
            "InsufficientData",
            "NoEnoughDataToValidate=InsufficientData",
            "NotEnoughDataToValidate=InsufficientData",
            "NotAvailable");

    private Verdicts() {}

    static String classification(String text) {
        return canonical("classification", text, CLASSIFICATIONS);
    }

    static String determination(String text) {
        return canonical("determination", text, DETERMINATIONS);
    }

    private static String canonical(String property, String text, Map<String, String> spellings) {
        if (text == null) {
            return null;
        }
        String canonical = spellings.get(text.strip().toLowerCase(Locale.ROOT));
        if (canonical == null) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "'" + text + "' is not a " + property);
        }
        return canonical;
    }

    private static Map<String, String> spellings(String... rules) {
        var spellings = new TreeMap<String, String>();
        for (String rule : rules) {
            int equals = rule.indexOf('=');
            String spelled = equals < 0 ? rule : rule.substring(0, equals);
            spellings.put(spelled.toLowerCase(Locale.ROOT), rule.substring(equals + 1));
        }
        return spellings;
    }
}
