package io.tocsin.response.investigation;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Which kind of folder a file lies in, as automation levels tell them apart (contract 40 §5); the one that takes a
/// person most often first.
enum Folder {
    /// The system's own and those of installed programs.
    CORE,
    /// Nobody knows: it may be a core folder.
    UNKNOWN,
    OTHER,
    /// Where things are dropped.
    TEMP;

    private static final List<String> TEMPORARY = List.of("\\appdata\\local\\temp\\", "\\local settings\\temp\\");
    private static final List<String> DROPPED = List.of("\\downloads\\", "\\documents and settings\\");
    private static final List<String> CORES = List.of("\\windows\\", "\\program files\\", "\\program files (x86)\\");

    /// Whether a path is within the operating system's own folder.
    static boolean isOfSystem(String path) {
        return of(path) == CORE && WindowsPath.of(path).orElseThrow().rest().startsWith("\\windows\\");
    }

    static Folder of(String path) {
        return WindowsPath.of(path).map(it -> of(it.rest() + "\\", it)).orElse(UNKNOWN);
    }

    private static Folder of(String rest, WindowsPath path) {
        if (rest.startsWith("\\windows\\temp\\") || TEMPORARY.stream().anyMatch(rest::contains)) {
            return TEMP;
        }
        boolean local = !path.volume().startsWith("\\");
        if (local && CORES.stream().anyMatch(rest::startsWith)) {
            return CORE;
        }
        return DROPPED.stream().anyMatch(rest::contains) ? TEMP : OTHER;
    }

    /// Of a file that lies in several places, the one that takes a person most often.
    static Folder strictest(Collection<String> paths) {
        return paths.stream().map(Folder::of).min(Comparator.naturalOrder()).orElse(UNKNOWN);
    }
}
