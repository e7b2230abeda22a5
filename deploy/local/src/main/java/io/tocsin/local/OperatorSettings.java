package io.tocsin.local;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The settings of the services that whoever runs `up` has given in the environment, as for services that run anywhere
/// else.
final class OperatorSettings {

    /// What the scripts read themselves.
    private static final Set<String> LAUNCHER =
            Set.of("TOCSIN_RUN_DIR", "TOCSIN_HTTP_PORT", "TOCSIN_HTTPS_PORT", "TOCSIN_NO_BUILD");

    private OperatorSettings() {}

    static Map<String, String> among(Map<String, String> environment) {
        var settings = new TreeMap<String, String>();
        environment.forEach((name, value) -> {
            if (isSetting(name)) {
                settings.put(name, value);
            }
        });
        return settings;
    }

    /// A shell that has read the file `env` of a platform holds a client's secrets; no service has use for them.
    private static boolean isSetting(String name) {
        return (name.startsWith("TOCSIN_") || name.startsWith("QUARKUS_"))
                && !LAUNCHER.contains(name)
                && !ClientEnvironment.NAMES.contains(name);
    }
}
