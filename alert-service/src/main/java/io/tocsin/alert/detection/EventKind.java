package io.tocsin.alert.detection;

import io.tocsin.alert.sigma.LogSource;
import io.tocsin.alert.sigma.SigmaException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What an event is, in the words of Sigma's log sources.
enum EventKind {
    PROCESS_CREATION,
    PROCESS_TERMINATION,
    PROCESS_ACCESS,
    PROCESS_TAMPERING,
    CREATE_REMOTE_THREAD,
    RAW_ACCESS_THREAD,
    NETWORK_CONNECTION,
    DNS_QUERY,
    FILE_EVENT,
    FILE_CHANGE,
    FILE_RENAME,
    FILE_DELETE,
    FILE_BLOCK_EXECUTABLE,
    CREATE_STREAM_HASH,
    REGISTRY_EVENT,
    REGISTRY_ADD,
    REGISTRY_SET,
    REGISTRY_DELETE,
    REGISTRY_RENAME,
    IMAGE_LOAD,
    DRIVER_LOAD,
    PIPE_CREATED,
    WMI_EVENT,
    CLIPBOARD_CAPTURE,
    PS_SCRIPT,
    /// Windows' Security log: logons, accounts, services, tasks, the directory.
    SECURITY,
    /// Windows' System log: services, the log cleared.
    SYSTEM;

    /// The operating systems a rule can be bound to, and none of them first.
    static final int SYSTEMS = 3;

    private static final int WINDOWS = 1;
    private static final int UNIX = 2;

    private static final Set<EventKind> SERVICES = EnumSet.of(SECURITY, SYSTEM);

    private static final Map<String, EventKind> BY_CATEGORY = Arrays.stream(values())
            .filter(kind -> !SERVICES.contains(kind))
            .collect(Collectors.toMap(kind -> kind.name().toLowerCase(Locale.ROOT), kind -> kind));

    private static final Map<String, EventKind> BY_SERVICE =
            Map.of("security", SECURITY, "system", SYSTEM, "powershell", PS_SCRIPT);

    /// The same kind on one operating system, or any, as one number.
    static int number(LogSource source) {
        return of(source).ordinal() * SYSTEMS + system(source.product());
    }

    static EventKind of(int number) {
        return values()[number / SYSTEMS];
    }

    /// Of an event: on its own system, which a rule for that system or for any is about.
    int number(boolean unix) {
        return ordinal() * SYSTEMS + (unix ? UNIX : WINDOWS);
    }

    int numberOnAny() {
        return ordinal() * SYSTEMS;
    }

    private static EventKind of(LogSource source) {
        if (source.category() != null) {
            EventKind kind = BY_CATEGORY.get(source.category());
            if (kind == null) {
                throw new SigmaException("logsource.category '" + source.category() + "' is not supported; known are "
                        + BY_CATEGORY.keySet().stream().sorted().toList());
            }
            return kind;
        }
        EventKind kind = source.service() == null ? null : BY_SERVICE.get(source.service());
        if (kind == null) {
            throw new SigmaException(
                    source.service() == null
                            ? "logsource names no category and no service"
                            : "logsource.service '" + source.service()
                                    + "' is not supported without a category; known are "
                                    + BY_SERVICE.keySet().stream().sorted().toList());
        }
        return kind;
    }

    private static int system(String product) {
        return switch (product == null ? "" : product) {
            case "" -> 0;
            case "windows" -> WINDOWS;
            case "linux", "macos" -> UNIX;
            default ->
                throw new SigmaException(
                        "logsource.product '" + product + "' is not supported; known are windows, linux, macos");
        };
    }
}
