package io.tocsin.alert.detection;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Keys of the registry as rules expect them: Sysmon shortens the names of hives and of the control set in force,
/// Defender does not.
final class RegistryNames {

    private static final Map<String, String> HIVES = Map.of(
            "HKEY_LOCAL_MACHINE", "HKLM",
            "HKEY_USERS", "HKU",
            "HKEY_CURRENT_USER", "HKCU",
            "HKEY_CLASSES_ROOT", "HKCR",
            "HKEY_CURRENT_CONFIG", "HKCC");

    private static final Pattern CONTROL_SET =
            Pattern.compile("^(HKLM\\\\SYSTEM)\\\\ControlSet\\d{3}(?=\\\\|$)", Pattern.CASE_INSENSITIVE);

    private RegistryNames() {}

    static String asSysmonHas(String key) {
        int border = key.indexOf('\\');
        String hive = HIVES.get((border < 0 ? key : key.substring(0, border)).toUpperCase(Locale.ROOT));
        String shortened = hive == null ? key : border < 0 ? hive : hive + key.substring(border);
        return CONTROL_SET.matcher(shortened).replaceFirst("$1\\\\CurrentControlSet");
    }
}
