package io.tocsin.response.machine;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a machine runs, as far as it matters to what can be done on it. What is not known is no reason to refuse: the
/// agent says in its report what it could not do.
///
/// @param name as the machine shows it, or null
/// @param build of the system, or null
/// @param agentVersion as the agent says it, or null
public record Platform(Family family, String name, Long build, String agentVersion) {

    /// Systems the contract tells apart.
    public enum Family {
        WINDOWS,
        WINDOWS_SERVER,
        MACOS,
        LINUX,
        OTHER,
        UNKNOWN
    }

    /// Windows 10 1703.
    public static final long BUILD_1703 = 15_063;

    /// Windows 10 1709.
    public static final long BUILD_1709 = 16_299;

    private static final List<String> SERVERS = List.of(
            "windowsserver2012r2", "windowsserver2016", "windowsserver2019", "windowsserver2022", "windowsserver2025");

    private static final List<String> LINUX =
            List.of("ubuntu", "debian", "centos", "fedora", "sles", "suse", "rocky", "alma", "mariner", "rhel");

    public static Platform of(MachineView machine) {
        return of(machine.osPlatform(), machine.osBuild(), machine.agentVersion());
    }

    public static Platform of(String name, Long build, String agentVersion) {
        return new Platform(family(name), name, build, agentVersion);
    }

    private static Family family(String name) {
        if (name == null || name.isBlank()) {
            return Family.UNKNOWN;
        }
        String key = name.strip().toLowerCase(Locale.ROOT);
        if (key.equals("windows") || key.equals("windows10") || key.equals("windows11")) {
            return Family.WINDOWS;
        }
        if (SERVERS.contains(key)) {
            return Family.WINDOWS_SERVER;
        }
        if (key.equals("macos")) {
            return Family.MACOS;
        }
        return key.contains("linux") || LINUX.stream().anyMatch(key::startsWith) ? Family.LINUX : Family.OTHER;
    }

    /// Whether it is at least this build, or not known to be older.
    public boolean isSince(long least) {
        return build == null || family != Family.WINDOWS || build >= least;
    }

    /// Of servers: whether it is 2019 or later.
    public boolean isServerSince2019() {
        return family == Family.WINDOWS_SERVER && !name.contains("2012") && !name.contains("2016");
    }

    /// Why no investigation can run on it (contract 40 §3), or nothing when one can.
    public Optional<String> investigated() {
        boolean can = switch (family) {
            case WINDOWS -> isSince(BUILD_1709);
            case WINDOWS_SERVER, UNKNOWN -> true;
            case MACOS, LINUX, OTHER -> false;
        };
        return can ? Optional.empty() : Optional.of(shown() + " is not investigated automatically");
    }

    /// The system as messages name it.
    public String shown() {
        return build == null ? name : name + " build " + build;
    }
}
