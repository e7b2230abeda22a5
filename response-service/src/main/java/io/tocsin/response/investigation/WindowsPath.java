package io.tocsin.response.investigation;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A path from a root on, in the one form that the many ways to write it have in common: `\Device\HarddiskVolume3\…`,
/// `\\?\C:\…`, `%SystemRoot%\…`, `\\host\C$\…`, and slashes, dots and case of any kind.
///
/// @param volume the drive or share; empty where the path does not tell it
/// @param rest lower case, from the first backslash on
record WindowsPath(String volume, String rest) {

    private static final Map<String, String> VARIABLES = Map.ofEntries(
            Map.entry("%systemroot%", "\\windows"),
            Map.entry("%windir%", "\\windows"),
            Map.entry("%programfiles%", "\\program files"),
            Map.entry("%programw6432%", "\\program files"),
            Map.entry("%programfiles(x86)%", "\\program files (x86)"),
            Map.entry("%commonprogramfiles%", "\\program files\\common files"),
            Map.entry("%commonprogramfiles(x86)%", "\\program files (x86)\\common files"),
            Map.entry("%programdata%", "\\programdata"),
            Map.entry("%allusersprofile%", "\\programdata"),
            Map.entry("%public%", "\\users\\public"),
            Map.entry("%userprofile%", "\\users\\%username%"),
            Map.entry("%appdata%", "\\users\\%username%\\appdata\\roaming"),
            Map.entry("%localappdata%", "\\users\\%username%\\appdata\\local"),
            Map.entry("%temp%", "\\users\\%username%\\appdata\\local\\temp"),
            Map.entry("%tmp%", "\\users\\%username%\\appdata\\local\\temp"),
            Map.entry("%systemdrive%", ""));
    private static final Map<String, String> SHORT = Map.of(
            "progra~1", "program files", "progra~2", "program files (x86)", "docume~1", "documents and settings");

    private static final String SOMEBODY = "%username%";

    private static final List<String> PREFIXES = List.of("\\\\?\\", "\\\\.\\", "\\??\\", "\\global??\\");
    private static final Pattern VARIABLE = Pattern.compile("^%[^%\\\\]+%");
    private static final Pattern DEVICE = Pattern.compile(
            "^\\\\?(?:globalroot)?\\\\device\\\\(?:harddiskvolume\\d+|harddisk\\d+\\\\(?:partition|dr)\\d+)(?=\\\\)");
    private static final Pattern GUID = Pattern.compile("^\\\\?volume\\{[^}]*}(?=\\\\)");
    private static final Pattern REDIRECTOR = Pattern.compile("^\\\\?(?:device\\\\mup|unc)\\\\");
    private static final Pattern ADMINISTRATIVE = Pattern.compile("^\\\\\\\\[^\\\\]+\\\\([a-z])\\$(?=\\\\)");
    private static final Pattern WINDOWS_SHARE = Pattern.compile("^\\\\\\\\[^\\\\]+\\\\admin\\$(?=\\\\)");
    private static final Pattern SHARE = Pattern.compile("^(\\\\\\\\[^\\\\]+\\\\[^\\\\]+)(\\\\.*)$");
    private static final Pattern DRIVE = Pattern.compile("^([a-z]:)(\\\\.*)$");
    private static final Pattern OF_SYSTEM = Pattern.compile("^\\\\?(?:systemroot|system32|syswow64)(?=\\\\)");

    /// Nothing of what does not begin at a root, as a name alone.
    static Optional<WindowsPath> of(String text) {
        if (text == null) {
            return Optional.empty();
        }
        String path = text.strip().replace('/', '\\').toLowerCase(Locale.ROOT);
        String before;
        do {
            before = path;
            path = simpler(path);
        } while (!path.equals(before));
        Matcher drive = DRIVE.matcher(path);
        if (drive.matches()) {
            return Optional.of(new WindowsPath(drive.group(1), tidy(drive.group(2))));
        }
        Matcher share = SHARE.matcher(path);
        if (path.startsWith("\\\\")) {
            return share.matches()
                    ? Optional.of(new WindowsPath(share.group(1), tidy(share.group(2))))
                    : Optional.empty();
        }
        return path.startsWith("\\") ? Optional.of(new WindowsPath("", tidy(path))) : Optional.empty();
    }

    /// One way to write it less; the same once there is none left.
    private static String simpler(String path) {
        for (String prefix : PREFIXES) {
            if (path.startsWith(prefix)) {
                return path.substring(prefix.length());
            }
        }
        Matcher variable = VARIABLE.matcher(path);
        if (variable.find() && VARIABLES.containsKey(variable.group())) {
            return VARIABLES.get(variable.group()) + path.substring(variable.end());
        }
        String plain = DEVICE.matcher(path).replaceFirst("");
        plain = GUID.matcher(plain).replaceFirst("");
        plain = REDIRECTOR.matcher(plain).replaceFirst("\\\\\\\\");
        plain = ADMINISTRATIVE.matcher(plain).replaceFirst("$1:");
        plain = WINDOWS_SHARE.matcher(plain).replaceFirst("\\\\windows");
        Matcher system = OF_SYSTEM.matcher(plain);
        if (system.find()) {
            String folder = system.group().replace("\\", "");
            plain = "\\windows" + (folder.equals("systemroot") ? "" : "\\" + folder) + plain.substring(system.end());
        }
        return plain;
    }

    private static String tidy(String rest) {
        var folders = new ArrayDeque<String>();
        for (String folder : rest.split("\\\\")) {
            if (folder.equals("..")) {
                folders.pollLast();
                continue;
            }
            String plain = folder.replaceFirst("[. ]+$", "");
            if (!plain.isEmpty()) {
                folders.addLast(SHORT.getOrDefault(plain, plain));
            }
        }
        return "\\" + String.join("\\", folders);
    }

    /// Whether both name one file; a path that does not tell its volume may be on any.
    boolean isSame(WindowsPath other) {
        boolean ofSomebody = rest.contains(SOMEBODY) || other.rest.contains(SOMEBODY);
        return (ofSomebody ? anybodys(rest).equals(anybodys(other.rest)) : rest.equals(other.rest))
                && (volume.isEmpty() || other.volume.isEmpty() || volume.equals(other.volume));
    }

    /// A variable does not say whose folder it means.
    private static String anybodys(String rest) {
        return rest.replaceFirst("^\\\\users\\\\[^\\\\]+", "\\\\users\\\\%");
    }
}
