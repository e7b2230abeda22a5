package io.tocsin.alert.triage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Contract 10 §3, `category`.
public enum AlertCategory {
    General(true),
    CommandAndControl(true),
    Collection(true),
    CredentialAccess(true),
    DefenseEvasion(true),
    Discovery(true),
    Exfiltration(true),
    Exploit(true),
    Execution(true),
    InitialAccess(true),
    LateralMovement(true),
    Malware(true),
    Persistence(true),
    PrivilegeEscalation(true),
    Ransomware(true),
    SuspiciousActivity(true),
    UnwantedSoftware(false),
    Impact(false),
    Reconnaissance(false),
    ResourceDevelopment(false);

    private static final Map<String, AlertCategory> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(
                    category -> category.name().toLowerCase(Locale.ROOT), Function.identity()));

    private final boolean byReference;

    AlertCategory(boolean byReference) {
        this.byReference = byReference;
    }

    /// Whether `CreateAlertByReference` accepts it; the others are known on output and to `/v1/alerts`.
    public boolean isForReference() {
        return byReference;
    }

    /// The category of this name in any case, or null when there is none.
    public static AlertCategory named(String name) {
        return BY_NAME.get(name.strip().toLowerCase(Locale.ROOT));
    }
}
