package io.tocsin.alert.story;

import java.util.Locale;
import java.util.Set;

/// Programs that say nothing about who belongs to whom, because every Windows or Linux machine runs them.
public final class SystemPrograms {

    private static final Set<String> HUBS = Set.of(
            "system",
            "registry",
            "smss.exe",
            "csrss.exe",
            "wininit.exe",
            "winlogon.exe",
            "services.exe",
            "svchost.exe",
            "lsass.exe",
            "userinit.exe",
            "explorer.exe",
            "sihost.exe",
            "taskeng.exe",
            "taskhostw.exe",
            "runtimebroker.exe",
            "wmiprvse.exe",
            "searchindexer.exe",
            "systemd",
            "init",
            "launchd",
            "sshd",
            "cron");

    private static final Set<String> TOOLS = Set.of(
            "cmd.exe",
            "powershell.exe",
            "pwsh.exe",
            "conhost.exe",
            "rundll32.exe",
            "regsvr32.exe",
            "mshta.exe",
            "wscript.exe",
            "cscript.exe",
            "wsmprovhost.exe",
            "net.exe",
            "net1.exe",
            "whoami.exe",
            "schtasks.exe",
            "dllhost.exe",
            "msiexec.exe",
            "certutil.exe",
            "reg.exe",
            "wmic.exe",
            "sh",
            "bash",
            "python3",
            "curl");

    private SystemPrograms() {}

    /// Whether a process of this name is the parent of everything: a process tree ends below it.
    public static boolean isHub(String fileName) {
        return fileName != null && HUBS.contains(fileName.toLowerCase(Locale.ROOT));
    }

    public static Set<String> hubs() {
        return HUBS;
    }

    /// Whether the file is part of nearly every machine, so that having it in common means nothing.
    public static boolean isCommon(String fileName) {
        return isHub(fileName) || fileName != null && TOOLS.contains(fileName.toLowerCase(Locale.ROOT));
    }

    /// The last part of a Windows or Unix path.
    public static String nameOf(String path) {
        return path == null ? null : path.substring(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
    }
}
