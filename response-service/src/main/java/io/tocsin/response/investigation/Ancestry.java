package io.tocsin.response.investigation;

import java.util.Collection;
import java.util.Set;

/// Of what started the processes of a file, what speaks against it (docs/adr/040): each a name, or null.
///
/// @param office a program that opens documents
/// @param host one that runs scripts, or a tool of the system that runs whatever it is given
/// @param bad a file that is malicious itself
record Ancestry(String office, String host, String bad) {

    static final Ancestry UNKNOWN = new Ancestry(null, null, null);

    private static final Set<String> OFFICE = Set.of(
            "winword.exe",
            "excel.exe",
            "powerpnt.exe",
            "outlook.exe",
            "msaccess.exe",
            "mspub.exe",
            "onenote.exe",
            "visio.exe",
            "winproj.exe",
            "eqnedt32.exe",
            "wordpad.exe",
            "acrord32.exe",
            "acrobat.exe",
            "foxitreader.exe",
            "foxitpdfreader.exe",
            "soffice.bin");

    private static final Set<String> HOSTS = Set.of(
            "wscript.exe",
            "cscript.exe",
            "mshta.exe",
            "powershell.exe",
            "powershell_ise.exe",
            "pwsh.exe",
            "hh.exe",
            "wmic.exe",
            "wmiprvse.exe",
            "wsmprovhost.exe",
            "rundll32.exe",
            "regsvr32.exe",
            "regasm.exe",
            "regsvcs.exe",
            "installutil.exe",
            "msbuild.exe",
            "cmstp.exe",
            "odbcconf.exe",
            "certutil.exe",
            "bitsadmin.exe",
            "forfiles.exe",
            "pcalua.exe",
            "scriptrunner.exe",
            "msxsl.exe",
            "mavinject.exe",
            "ieexec.exe");

    /// @param names lower case, without folders
    static Ancestry of(Collection<String> names, String bad) {
        return new Ancestry(one(names, OFFICE), one(names, HOSTS), bad);
    }

    private static String one(Collection<String> names, Set<String> wanted) {
        return names.stream().filter(wanted::contains).sorted().findFirst().orElse(null);
    }

    Ancestry startedBy(String malicious) {
        return new Ancestry(office, host, malicious);
    }
}
