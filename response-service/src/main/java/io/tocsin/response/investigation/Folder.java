package io.tocsin.response.investigation;

import java.util.List;
import java.util.Locale;

/// Which kind of folder a file lies in, as automation levels tell them apart (contract 40 §5).
enum Folder {
    /// The system's own and those of installed programs.
    CORE,
    /// Where things are dropped.
    TEMP,
    OTHER;

    private static final List<String> TEMPORARY = List.of(
            "\\appdata\\local\\temp\\",
            "\\local settings\\temp\\",
            "\\windows\\temp\\",
            "\\downloads\\",
            "\\documents and settings\\");
    private static final List<String> CORES = List.of("\\windows\\", "\\program files\\", "\\program files (x86)\\");

    /// Whether a path is within the operating system's own folder.
    static boolean isOfSystem(String path) {
        return of(path) == CORE
                && path.replace('/', '\\').toLowerCase(Locale.ROOT).contains("\\windows\\");
    }

    /// Of a path; one that is not known is no folder of either kind.
    static Folder of(String path) {
        if (path == null) {
            return OTHER;
        }
        String folded = path.replace('/', '\\').toLowerCase(Locale.ROOT) + "\\";
        if (TEMPORARY.stream().anyMatch(folded::contains)) {
            return TEMP;
        }
        return CORES.stream().anyMatch(core -> folded.indexOf(core) >= 0 && folded.indexOf(core) <= 2) ? CORE : OTHER;
    }
}
