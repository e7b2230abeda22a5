package io.tocsin.response.investigation;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a text (what a registry value, a service or a task starts) names a file: by its whole path, or by its name
/// alone,
/// which other files may have too (docs/adr/079).
///
/// @param image the path as the text has it; null where it names no folder
record Mention(Kind kind, String image) {

    enum Kind {
        NONE,
        NAME,
        PATH
    }

    private static final Mention NONE = new Mention(Kind.NONE, null);

    private static final String BEFORE = "\\\"'<>=,;(|\t\r\n ";
    private static final String AFTER = "\"'<>,;)|\t\r\n \0";
    private static final String ENDS_A_PATH = "\"'<>|\t\r\n\0";
    private static final int LONGEST = 1_000;

    private static final Pattern ROOT =
            Pattern.compile("(?<![a-z0-9])[a-z]:\\\\|(?<!\\\\)\\\\\\\\|\\\\\\?\\?\\\\|\\\\device\\\\"
                    + "|\\\\systemroot\\\\|%[a-z0-9()_]+%\\\\|(?<![^ =])(?:system32|syswow64)\\\\");
    private static final Pattern COMMAND = Pattern.compile("<command>([^<]*)</command>", Pattern.CASE_INSENSITIVE);
    private static final Pattern PROGRAM = Pattern.compile(
            "^\"([^\"]+)\"|^(.+?\\.(?:exe|dll|sys|com|scr|bat|cmd|ps1|vbs|js))(?=[\\s\",]|$)|^(\\S+)",
            Pattern.CASE_INSENSITIVE);

    /// @param name of the file, without its folder
    /// @param paths where the file lies, as far as is known
    static Mention of(String text, String name, Collection<String> paths) {
        if (text == null) {
            return NONE;
        }
        String folded = text.replace('/', '\\').toLowerCase(Locale.ROOT);
        String wanted = name.toLowerCase(Locale.ROOT);
        Mention best = NONE;
        for (int at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
            int end = at + wanted.length();
            if (at > 0 && BEFORE.indexOf(folded.charAt(at - 1)) < 0
                    || end < folded.length() && AFTER.indexOf(folded.charAt(end)) < 0) {
                continue;
            }
            Mention one = at(folded, at, end, paths);
            if (one.kind().compareTo(best.kind()) > 0) {
                best = one;
            }
        }
        return best;
    }

    private static Mention at(String text, int at, int end, Collection<String> paths) {
        int from = at;
        while (from > 0 && at - from < LONGEST && ENDS_A_PATH.indexOf(text.charAt(from - 1)) < 0) {
            from--;
        }
        String image = null;
        Matcher root = ROOT.matcher(text.substring(from, end));
        for (int next = 0; root.find(next); next = root.start() + 1) {
            image = text.substring(from + root.start(), end);
            if (isOneOf(image, paths)) {
                return new Mention(Kind.PATH, image);
            }
        }
        // Another file of that name, where the system or a program has it.
        return Folder.of(image) == Folder.CORE ? NONE : new Mention(Kind.NAME, image);
    }

    private static boolean isOneOf(String image, Collection<String> paths) {
        return WindowsPath.of(image)
                .filter(it -> paths.stream()
                        .anyMatch(
                                path -> WindowsPath.of(path).filter(it::isSame).isPresent()))
                .isPresent();
    }

    /// The program that a command line or a task's definition starts; null where there is none.
    static String program(String text) {
        if (text == null) {
            return null;
        }
        Matcher command = COMMAND.matcher(text);
        Matcher program = PROGRAM.matcher((command.find() ? command.group(1) : text).strip());
        if (!program.find()) {
            return null;
        }
        return program.group(1) != null
                ? program.group(1)
                : program.group(2) != null ? program.group(2) : program.group(3);
    }
}
